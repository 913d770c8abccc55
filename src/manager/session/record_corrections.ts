/** Corrections of records whose results could not be stored, repeated until the bucket has them. @module */

import { backoffMs } from "../../async/backoff.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import { BoundedMap } from "./bounded_map.ts";
import { decodeOutcomeRecord } from "./outcome_record.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";

/** The most that waiting corrections may take, in bytes. */
const MOST_BYTES = 32 * 1024 * 1024;

const CORRECTION_BACKOFF = { initialMs: 500, maxMs: 15_000 } as const;

/** Corrections that wait for their bucket, oldest first. */
export class RecordCorrections {
  readonly #bucket: RecoverableBucket;
  readonly #instance: string;
  readonly #closed: AbortSignal;
  readonly #waiting = new BoundedMap<Uint8Array>(MOST_BYTES);
  #working = false;

  /** Corrects records of `instance`, until `closed` fires. */
  constructor(bucket: RecoverableBucket, instance: string, closed: AbortSignal) {
    this.#bucket = bucket;
    this.#instance = instance;
    this.#closed = closed;
  }

  /** Whether none waits. */
  get empty(): boolean {
    return this.#waiting.empty;
  }

  /** Adds a correction; one of the same key is replaced. */
  add(key: string, record: Uint8Array): void {
    this.#waiting.set(key, record, record.length);
    if (!this.#working) void this.#work();
  }

  /** Drops a correction: its result is stored after all. */
  drop(key: string): void {
    this.#waiting.delete(key);
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let failures = 0; !this.#waiting.empty && !this.#closed.aborted;) {
      const key = this.#waiting.oldest!;
      const record = this.#waiting.get(key)!;
      const done = await this.#correct(key, record);
      if (done && this.#waiting.get(key) === record) this.#waiting.delete(key);
      if (done !== false) failures = 0;
      else await delayUnlessAborted(backoffMs(++failures, CORRECTION_BACKOFF), this.#closed);
    }
    this.#working = false;
  }

  /**
   * Writes one correction, unless the result was stored meanwhile or another process has recorded an outcome of its own. Returns
   * `undefined` when it has to look again at once.
   */
  async #correct(key: string, record: Uint8Array): Promise<boolean | undefined> {
    try {
      const read = await this.#bucket.use("read", (bucket) => bucket.get(key));
      if (!read) return false;
      const owner = read.value && decodeOutcomeRecord(read.value.value)?.numbers?.instance;
      if (owner !== undefined && owner !== this.#instance) return true;
      if (this.#waiting.get(key) !== record) return true;
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
