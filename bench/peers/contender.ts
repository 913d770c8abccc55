/** What is measured, one against the other. @module */

/** One of those that are measured. */
export interface Contender {
  /** What it is called in tables. */
  readonly name: string;
  /** The file of its program. */
  readonly worker: string;
  /** Where its server is. */
  readonly url: string;
  /** Its server's name and release. */
  readonly server: string;
  /** Stores `count` jobs, all with the payload of `encodeEvent`. */
  load(count: number): Promise<void>;
  /** Removes what is left. */
  clear(): Promise<void>;
}

/** One that cannot be measured here, and how to change that. */
export interface Missing {
  readonly name: string;
  readonly missing: string;
}

/** Reads the payload of one job, as all contenders get it. */
export function payload(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}
