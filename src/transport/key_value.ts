/** Key-value buckets. @module */

/** Returns the stream name of a bucket, which is the same for all NATS clients. */
export function bucketStream(bucket: string): string {
  return `KV_${bucket}`;
}

/** Options of a key-value bucket. */
export interface KeyValueOptions {
  /** How long a value is kept, in milliseconds. */
  readonly ttlMs: number;
  /** Where values are stored. @default {"file"} */
  readonly storage?: "file" | "memory";
  /** Replicas in a cluster. @default {1} */
  readonly replicas?: number;
}

/** A value and its revision. */
export interface KeyValueEntry {
  /** The value. */
  readonly value: Uint8Array;
  /** The revision: it grows with every change of the bucket. */
  readonly revision: number;
  /** When it was stored, Unix milliseconds, by the server's clock. */
  readonly timestampMs: number;
}

/**
 * A key-value bucket. Keys consist of letters, digits and `-/_=.`; see {@linkcode KeyValue.key}. When its stream was deleted, every
 * call rejects with a `NoStreamError` until the bucket is opened again.
 */
export interface KeyValue {
  /** Encodes any texts as a key: parts joined by dots, characters that a key cannot contain encoded. */
  key(...parts: string[]): string;
  /** Returns the subject to write a key at without a confirmation; another one where a domain or an API prefix is set. */
  writeSubject(key: string): string;
  /** Returns the value of a key; `undefined` when it has none. */
  get(key: string): Promise<KeyValueEntry | undefined>;
  /** Stores a value and returns its revision. The message is written to the socket before this returns. */
  put(key: string, value: Uint8Array): Promise<number>;
  /** Stores a value unless the key has one. Returns its revision, or `undefined` when the key has a value. */
  create(key: string, value: Uint8Array): Promise<number | undefined>;
  /** Replaces a value of a known revision. Returns the new revision, or `undefined` when the value has changed since. */
  update(key: string, value: Uint8Array, revision: number): Promise<number | undefined>;
  /** Removes a value; with `revision`, only at that revision. Returns whether it was removed. */
  delete(key: string, revision?: number): Promise<boolean>;
  /** Calls `listener` when the key's value is removed, until the returned function is called. Expiry is not reported. */
  onRemoved(key: string, listener: () => void): () => void;
}
