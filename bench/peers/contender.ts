/** What is measured, one against the other. @module */

import { encodeEvent } from "../world.ts";

/** Jobs that are stored in one request. */
const MOST = 1000;

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

/** Gives the payloads of `count` jobs, as all contenders get them, a thousand at a time. */
export function* payloads(count: number): Generator<Record<string, unknown>[]> {
  for (let left = count; left > 0; left -= MOST) {
    yield Array.from({ length: Math.min(MOST, left) }, () => decode(encodeEvent()));
  }
}

function decode(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}
