/** Counts the attempts at runs, over deliveries, processes and crashes. @module */

import { decodeText, encodeText } from "../../encoding/json.ts";
import type { KeyValue } from "../../transport/transport.ts";
import { BoundedMap } from "./bounded_map.ts";
import { type OutcomeKey, resultName } from "./outcome_key.ts";
import type { BucketUse, RecoverableBucket } from "./recoverable_bucket.ts";

/** An attempt at a run. */
export interface Attempt {
  readonly key: OutcomeKey;
  /** Which attempt it is, from 1. */
  readonly number: number;
  /** Whether there was an earlier delivery, which may have crashed its process. */
  readonly redelivered: boolean;
}

/** A first attempt that runs for so long is recorded, in milliseconds: its process may crash. */
const LONG_MS = 1000;
/** Precedes the number of an attempt that has begun and not ended: other releases read the same number. */
const BEGUN = "0";
/** The most that the counts of this process may take, in bytes. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Counts calls of reconcile. JetStream's delivery count would also count what was delivered and not run.
 *
 * The counts are in the bucket of the outcome journal, and in this process for when there is none. A first attempt that is short
 * and ends with a result costs nothing: only one that is followed by another, or is long, is recorded.
 */
export class AttemptCounts {
  readonly #open: () => Promise<RecoverableBucket | undefined>;
  readonly #own = new BoundedMap<number>(MOST_BYTES);
  readonly #failedValidations = new BoundedMap<number>(MOST_BYTES);
  /** First attempts that are not recorded yet, and when they began; oldest first. */
  readonly #unrecorded = new Map<Attempt, number>();

  /** `open` gives the bucket; `undefined` when there is none. It must not reject. */
  constructor(open: () => Promise<RecoverableBucket | undefined>) {
    this.#open = open;
  }

  /**
   * How many attempts at a run were made, as far as this process and the bucket know, and whether the last one has not ended: its
   * process may have crashed. Never rejects.
   */
  async made(key: OutcomeKey): Promise<{ count: number; unfinished: boolean }> {
    const entry = await this.#use("read", (bucket) => bucket.get(nameOf(bucket, key)));
    const text = entry ? decodeText(entry.value) : "";
    const recorded = Number.isSafeInteger(Number(text)) ? Number(text) : 0;
    const own = this.#own.get(resultName(key)) ?? 0;
    return {
      count: Math.max(own, recorded),
      unfinished: recorded >= own && text.startsWith(BEGUN),
    };
  }

  /** An attempt is about to begin. One that may follow a crash is recorded first. Never rejects. */
  begin(attempt: Attempt): Promise<void> | undefined {
    if (attempt.redelivered) return this.#record(attempt.key, attempt.number, BEGUN);
    this.#unrecorded.set(attempt, performance.now());
    return undefined;
  }

  /** Records first attempts that have become long. */
  recordLong(): void {
    const latest = performance.now() - LONG_MS;
    for (const [attempt, begunAt] of this.#unrecorded) {
      if (begunAt > latest) return;
      this.#unrecorded.delete(attempt);
      void this.#record(attempt.key, attempt.number, BEGUN);
    }
  }

  /** An attempt has ended with a result: no other one follows. */
  end(attempt: Attempt): void {
    this.#unrecorded.delete(attempt);
    for (const counts of [this.#own, this.#failedValidations]) {
      counts.delete(resultName(attempt.key));
    }
  }

  /** An attempt has ended without a result. One that the manager has stopped does not count. Never rejects. */
  async endWithoutResult(attempt: Attempt, how: "stopped" | "lost" | "failed"): Promise<void> {
    const { key, number } = attempt;
    const recorded = !this.#unrecorded.delete(attempt);
    if (how === "stopped" ? !recorded : how === "lost" && recorded) return;
    await this.#record(key, how === "stopped" ? number - 1 : number);
  }

  /** A spec validator has failed, which is no attempt. Returns how often it did so in this process. */
  failedValidation(key: OutcomeKey): number {
    const id = resultName(key);
    const count = 1 + (this.#failedValidations.get(id) ?? 0);
    this.#failedValidations.set(id, count);
    return count;
  }

  async #record(key: OutcomeKey, count: number, begun: string = ""): Promise<void> {
    const id = resultName(key);
    this.#own.set(id, count);
    await this.#use(
      "write",
      (bucket) => bucket.put(nameOf(bucket, key), encodeText(`${begun}${count}`)),
    );
  }

  async #use<T>(
    kind: BucketUse,
    work: (bucket: KeyValue) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return (await (await this.#open())?.use(kind, work))?.value;
    } catch {
      return undefined; // The bucket reports a failure that lasts; this process counts its own attempts meanwhile.
    }
  }
}

function nameOf(bucket: KeyValue, { driver, runId, messageId }: OutcomeKey): string {
  return bucket.key("attempts", driver, runId, messageId);
}
