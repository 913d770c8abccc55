/**
 * Records outcomes in a key-value bucket, beyond the process and beyond the memory of the result stream.
 *
 * JetStream forgets a result's id after its duplicate window (two minutes by default), and a restarted server forgets the id of
 * every result that the engine has taken out of the stream. A message may be redelivered later than that. So each outcome is
 * recorded twice: as sent, in the same write to the socket as the result and behind it, and as stored, when the stream has
 * confirmed it and before the message is acknowledged. A redelivery reads the record instead of reconciling again.
 *
 * A record never says more than is known: one that cannot leave with its result is not sent at all.
 *
 * @module
 */

import { isErrorLike, messageOf } from "../../errors.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { Connection } from "../../transport/transport.ts";
import {
  decodeOutcomeRecord,
  encodeOutcomeRecord,
  type OutcomeRecord,
  type RecordableOutcome,
} from "./outcome_record.ts";
import { RecordCorrections } from "./record_corrections.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";

/** Identifies the run of an outcome. */
export interface OutcomeKey {
  readonly driver: string;
  readonly runId: string;
  readonly messageId: string;
}

/** What the journal knows of a run. */
export type FoundOutcome =
  /** Its result is stored. */
  | { readonly stored: true; readonly deadLetterReason?: string }
  /** Its result is to be published, once more perhaps: the stream still knows its id, or has not got it. */
  | { readonly stored: false; readonly outcome: RecordableOutcome };

/** One record in this time is confirmed, in milliseconds; the others are only sent. */
const CONFIRM_EVERY_MS = 1000;

/** A journal of outcomes. None of its writes throws or rejects. */
export class OutcomeJournal {
  readonly #connection: Connection;
  readonly #bucket: RecoverableBucket;
  readonly #onError: (error: Error) => void;
  readonly #corrections: RecordCorrections;
  #confirmedAt = -Infinity;

  constructor(connection: Connection, bucket: RecoverableBucket, onError: (error: Error) => void) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#onError = onError;
    const closed = new AbortController();
    void connection.closed.then(() => closed.abort());
    this.#corrections = new RecordCorrections(bucket, closed.signal);
  }

  /**
   * Records that a result was sent. Call it right after its result was published, so that both leave in one write to the socket.
   * While the connection is away it records nothing: such a record could arrive without its result.
   *
   * Waiting for each record would cost more than the record; one a second shows whether the bucket accepts them.
   */
  sent(key: OutcomeKey, outcome: RecordableOutcome): void {
    if (!this.#connection.connected) return;
    this.#write(key, { state: "sent", outcome }, true);
  }

  /** Records that a result is stored. Call it before the message is acknowledged. */
  stored(key: OutcomeKey, deadLetterReason?: string): void {
    const reason = deadLetterReason === undefined ? {} : { deadLetterReason };
    this.#write(key, { state: "stored", ...reason }, false);
  }

  /** Records that a result was sent and not confirmed. It is repeated until it is recorded, or until the result is stored. */
  unconfirmed(key: OutcomeKey, outcome: RecordableOutcome): void {
    try {
      const record = encodeOutcomeRecord({ state: "unconfirmed", outcome });
      this.#corrections.add(this.#key(key), record);
    } catch (error) {
      this.#onError(asError(error));
    }
  }

  /** Looks up an outcome; `undefined` when there is none, or no bucket to be had. Rejects when it may be readable in a moment. */
  async find(key: OutcomeKey): Promise<FoundOutcome | undefined> {
    const read = await this.#bucket.use((bucket) => bucket.get(this.#key(key)));
    const entry = read?.value;
    const record = entry && decodeOutcomeRecord(entry.value);
    if (!record) return undefined;
    if (record.state === "stored") return storedOutcome(record.deadLetterReason);
    const { state, outcome } = record;
    if (state === "unconfirmed" || await this.#isFresh(entry.timestampMs)) {
      return { stored: false, outcome };
    }
    return storedOutcome(outcome.deadLetterReason);
  }

  /** Whether a result is known to be stored. Never rejects: what cannot be read is not known. */
  async isStored(key: OutcomeKey): Promise<boolean> {
    try {
      const read = await this.#bucket.use((bucket) => bucket.get(this.#key(key)));
      return read?.value !== undefined && decodeOutcomeRecord(read.value.value)?.state === "stored";
    } catch {
      return false;
    }
  }

  #write(key: OutcomeKey, record: OutcomeRecord, sometimesConfirmed: boolean): void {
    try {
      const name = this.#key(key);
      if (record.state === "stored") this.#corrections.drop(name);
      if (!this.#bucket.available) return;
      const { bucket } = this.#bucket;
      const bytes = encodeOutcomeRecord(record);
      const now = performance.now();
      if (!sometimesConfirmed || now - this.#confirmedAt < CONFIRM_EVERY_MS) {
        this.#connection.publish(bucket.writeSubject(name), bytes);
        return;
      }
      this.#confirmedAt = now;
      bucket.put(name, bytes).then(
        () => this.#bucket.succeeded(),
        (error: unknown) => void this.#onWriteFailed(error),
      );
    } catch (error) {
      this.#onError(asError(error));
    }
  }

  async #onWriteFailed(error: unknown): Promise<void> {
    if (!this.#connection.connected) return; // The failure of the result is reported.
    if (!await this.#bucket.failed(error)) this.#onError(asError(error));
  }

  /** Whether the stream of results still knows the id of a result stored at that time. Both clocks are the broker's. */
  async #isFresh(storedMs: number): Promise<boolean> {
    try {
      const stream = await this.#connection.streamInfo(STREAMS.pipelineEngine);
      if (!stream) return true;
      return stream.serverTimeMs - storedMs < stream.duplicateWindowMs * 0.75;
    } catch {
      return true; // A result that is sent twice is the lesser evil.
    }
  }

  #key({ driver, runId, messageId }: OutcomeKey): string {
    return this.#bucket.bucket.key(driver, runId, messageId);
  }
}

function storedOutcome(deadLetterReason: string | undefined): FoundOutcome {
  return { stored: true, ...(deadLetterReason !== undefined && { deadLetterReason }) };
}

function asError(thrown: unknown): Error {
  return isErrorLike(thrown) ? thrown : new Error(messageOf(thrown));
}
