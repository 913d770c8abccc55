/** Corrections of records whose results could not be stored, repeated until the bucket has them. @module */

import { backoffMs } from "../../async/backoff.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { BoundedMap } from "./bounded_map.ts";
import { decodeOutcomeRecord } from "./outcome_record.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";

/** The most that waiting corrections may take, in bytes. */
const MOST_BYTES = 32 * 1024 * 1024;

const CORRECTION_BACKOFF = { initialMs: 500, maxMs: 15_000 } as const;

/** A record that takes the place of one whose result is not known to be stored. */
interface Correction {
  readonly record: Uint8Array;
  /** When no confirmation had come, by `performance.now()`; `Infinity` when the result was refused. */
  readonly at: number;
}

/** Corrections that wait for their bucket, oldest first. */
export class RecordCorrections {
  readonly #bucket: RecoverableBucket;
  readonly #instance: string;
  readonly #closed: AbortSignal;
  readonly #journal: { readonly restoredAt: number };
  readonly #waiting = new BoundedMap<Correction>(MOST_BYTES);
  #working = false;

  /** Corrects records of `instance`, until `closed` fires. `journal` knows when the connection was restored last. */
  constructor(
    bucket: RecoverableBucket,
    instance: string,
    closed: AbortSignal,
    journal: { readonly restoredAt: number },
  ) {
    this.#bucket = bucket;
    this.#instance = instance;
    this.#closed = closed;
    this.#journal = journal;
  }

  /** Whether none waits. */
  get empty(): boolean {
    return this.#waiting.empty;
  }

  /** Adds a correction; one of the same key is replaced. `refused`: its result is not stored for certain. */
  add(key: string, record: Uint8Array, refused: boolean): void {
    this.#waiting.set(key, { record, at: refused ? Infinity : performance.now() }, record.length);
    if (!this.#working) void this.#work();
  }

  /** Whether one waits, and will be made. */
  has(key: string): boolean {
    const { at = -Infinity } = this.#waiting.get(key) ?? {};
    return at > this.#journal.restoredAt;
  }

  /** Drops a correction: its result is stored after all. */
  drop(key: string): void {
    this.#waiting.delete(key);
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let failures = 0; !this.#waiting.empty && !this.#closed.aborted;) {
      const key = this.#waiting.oldest!;
      const correction = this.#waiting.get(key)!;
      const done = await this.#correct(key, correction);
      if (done && this.#waiting.get(key) === correction) this.#waiting.delete(key);
      if (done !== false) failures = 0;
      else await delayUnlessAborted(backoffMs(++failures, CORRECTION_BACKOFF), this.#closed);
    }
    this.#working = false;
  }

  /**
   * Writes one correction, unless the result was stored meanwhile or another process has recorded an outcome of its own. A record
   * that got through on a connection that broke before the confirmation stays as it is: its result went ahead of it. Returns
   * `undefined` when it has to look again at once.
   */
  async #correct(key: string, correction: Correction): Promise<boolean | undefined> {
    const { record, at } = correction;
    try {
      const read = await this.#bucket.use("read", (bucket) => bucket.get(key));
      if (!read) return false;
      const found = read.value && decodeOutcomeRecord(read.value.value);
      const owner = found?.numbers?.instance;
      if (owner !== undefined && owner !== this.#instance) return true;
      if (found && !found.unconfirmed && at <= this.#journal.restoredAt) return true;
      if (this.#waiting.get(key) !== correction) return true;
      const written = await this.#bucket.use(
        "write",
        (bucket) => bucket.update(key, record, read.value?.revision ?? 0),
      );
      if (!written) return false;
      return written.value === undefined ? undefined : true;
    } catch {
      return false; // It is repeated, and the bucket reports a failure that lasts.
    }
  }
}
