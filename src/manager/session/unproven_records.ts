/** Records of results that this process has sent since, and that were not confirmed. @module */

import { BoundedMap } from "./bounded_map.ts";

/** The most that either map may take, in bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Which records prove nothing: each was there when this process sent the result of its run, and that was not confirmed. One that
 * another process has written since counts: its result went ahead of it.
 */
export class UnprovenRecords {
  /** The revisions of the records that were read last. */
  readonly #read = new BoundedMap<number>(MOST_BYTES);
  /** The same when their results were sent last: 0 when none had been read. */
  readonly #unproven = new BoundedMap<number>(MOST_BYTES);

  /** A record was read; it says itself that its result was not confirmed, perhaps. */
  read(name: string, revision: number, unconfirmed: boolean | undefined): void {
    this.#read.set(name, revision);
    if (unconfirmed) this.sent(name);
  }

  /** A result was sent that is not confirmed. */
  sent(name: string): void {
    this.#unproven.set(name, this.#read.get(name) ?? 0);
  }

  /** A result is confirmed. */
  confirmed(name: string): void {
    this.#read.delete(name);
    this.#unproven.delete(name);
  }

  /** The revision of the record that proves nothing, 0 if there was none; `undefined` when no result waits for its confirmation. */
  of(name: string): number | undefined {
    return this.#unproven.get(name);
  }
}
