/** Key-value buckets, as a broker offers them. @module */

/** How to keep a key-value bucket. */
export interface KeyValueOptions {
  /** How long a value is kept, in milliseconds. */
  readonly ttlMs: number;
  /** Where values are kept. @default {"file"} */
  readonly storage?: "file" | "memory";
  /** Servers of a cluster that keep a copy. @default {1} */
  readonly replicas?: number;
}

/** A value and its revision. */
export interface KeyValueEntry {
  /** What was stored. */
  readonly value: Uint8Array;
  /** Another one with each change; unique within the bucket. */
  readonly revision: number;
  /** When it was stored, Unix milliseconds, by the server's clock. */
  readonly timestampMs: number;
}

/** A key-value bucket. Keys hold letters, digits and `-/_=.`; see {@linkcode KeyValue.key}. */
export interface KeyValue {
  /** Turns any texts into a key: parts joined by dots, characters that a key may not hold encoded. */
  key(...parts: string[]): string;
  /** The subject that a key's changes are seen on, live: an empty message is a removal. */
  subject(key: string): string;
  /** Gives the value of a key; `undefined` when it has none. */
  get(key: string): Promise<KeyValueEntry | undefined>;
  /** Stores a value, and gives its revision. The message is handed to the socket before this returns. */
  put(key: string, value: Uint8Array): Promise<number>;
  /** Stores a value unless the key has one. Gives its revision, or `undefined` when it was taken. */
  create(key: string, value: Uint8Array): Promise<number | undefined>;
  /** Replaces a value of a known revision. Gives the new one, or `undefined` when somebody else was faster. */
  update(key: string, value: Uint8Array, revision: number): Promise<number | undefined>;
  /** Removes a value, if given only at that revision. Gives whether it was removed. */
  delete(key: string, revision?: number): Promise<boolean>;
}
