/** Counts the attempts at runs, over deliveries, processes and crashes. @module */

import { messageOf } from "../../errors.ts";
import { decodeText, encodeText } from "../../protocol/json.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { KeyValue } from "../../transport/transport.ts";
import type { Session } from "../session/session.ts";
import type { Run } from "./run.ts";

/** How long a bucket that has failed is left alone, in milliseconds. */
const LEAVE_ALONE_MS = 30_000;

/** Runs whose attempts this process remembers by itself. */
const MOST_REMEMBERED = 10_000;

/**
 * Counts calls of reconcile. JetStream's delivery count would also count what was delivered and never run.
 *
 * The counts are kept in the bucket of the outcome journal, and in this process for when that cannot be had. The first attempt
 * at a fresh message costs nothing: it is recorded when it is to be followed by another, or takes long.
 */
export class AttemptCounts {
  readonly #session: Session;
  readonly #counts = new Map<string, number>();
  #bucket: Promise<KeyValue> | undefined;
  #warned = false;
  #usableAt = -Infinity;

  constructor(session: Session) {
    this.#session = session;
  }

  /** How many attempts at a run were made by earlier deliveries, as far as anybody knows. Never rejects. */
  async made(run: Run): Promise<number> {
    const own = this.#counts.get(run.resultId) ?? 0;
    const entry = await this.#use((bucket) => bucket.get(keyOf(bucket, run)));
    const recorded = entry ? Number(decodeText(entry.value)) : 0;
    return Math.max(own, Number.isSafeInteger(recorded) && recorded > 0 ? recorded : 0);
  }

  /** Records how many attempts were made. Resolves when it is stored, or cannot be. Never rejects. */
  async record(run: Run, count: number): Promise<void> {
    this.#remember(run.resultId, count);
    await this.#use((bucket) => bucket.put(keyOf(bucket, run), encodeText(String(count))));
  }

  /** The run has come to its end in this process. */
  forget(run: Run): void {
    this.#counts.delete(run.resultId);
  }

  #remember(id: string, count: number): void {
    this.#counts.delete(id);
    this.#counts.set(id, count);
    if (this.#counts.size <= MOST_REMEMBERED) return;
    const oldest = this.#counts.keys().next().value;
    if (oldest !== undefined) this.#counts.delete(oldest);
  }

  async #use<T>(work: (bucket: KeyValue) => Promise<T>): Promise<T | undefined> {
    if (!this.#session.options.journal || performance.now() < this.#usableAt) return undefined;
    try {
      const value = await work(await (this.#bucket ??= this.#open()));
      this.#warned = false;
      return value;
    } catch (error) {
      this.#bucket = undefined; // Opened again by the next use, which makes a deleted one anew.
      if (this.#session.connection.connected) {
        this.#usableAt = performance.now() + LEAVE_ALONE_MS;
      }
      this.#warn(error);
      return undefined;
    }
  }

  async #open(): Promise<KeyValue> {
    const { connection, options: { journal } } = this.#session;
    const { bucket, ttlMs, replicas } = journal!;
    const copies = replicas ?? (await connection.streamInfo(STREAMS.messages))?.replicas ?? 1;
    return await connection.keyValue(bucket, { ttlMs, replicas: copies });
  }

  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#session.emit({
      type: "warning",
      code: "attempt-count",
      message: `cannot record attempts in the bucket "${this.#session.options.journal?.bucket}": ${
        messageOf(error)
      }; attempts of other processes are not counted meanwhile`,
    });
  }
}

function keyOf(bucket: KeyValue, { driver, message }: Run): string {
  return bucket.key("attempts", driver.name, message.runId, message.id);
}
