/**
 * Records outcomes in a key-value bucket, beyond the process and beyond the stream's duplicate window.
 *
 * JetStream forgets a result's id after its duplicate window (two minutes by default). A process that dies after its result was
 * stored and before its message was acknowledged leaves a message that may be redelivered later than that. So each outcome is
 * also put into a key-value bucket, in the same write to the socket as the result and behind it: a record in the bucket means
 * that the result was sent to the broker first. A redelivery reads the record instead of reconciling again.
 *
 * @module
 */

import { decodeText, encodeJson, isObject } from "../../protocol/json.ts";
import type { DriverResult } from "../../protocol/result.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { Connection, KeyValue } from "../../transport/transport.ts";

/** Identifies the run of an outcome. */
export interface OutcomeKey {
  readonly driver: string;
  readonly runId: string;
  readonly messageId: string;
}

/** A recorded outcome. */
export interface RecordedOutcome {
  readonly result: DriverResult;
  /** Why the run is a dead letter, if it is one. */
  readonly deadLetterReason?: string;
  /**
   * Whether to publish the result again. Publishing it twice is harmless while the stream still knows its id; after that, a
   * record that was not revoked proves that the result is stored.
   */
  readonly republish: boolean;
}

/** One record in this time is confirmed, in milliseconds; the others are only sent. */
const CONFIRM_EVERY_MS = 1000;

/** A journal of outcomes. */
export class OutcomeJournal {
  readonly #connection: Connection;
  readonly #bucket: KeyValue;
  readonly #onError: (error: Error) => void;
  #confirmedAt = -Infinity;

  constructor(connection: Connection, bucket: KeyValue, onError: (error: Error) => void) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#onError = onError;
  }

  /**
   * Records an outcome. Call it right after its result was published, so that both leave in one write to the socket.
   * `confirmed: false` revokes an earlier record: the result is not stored.
   *
   * Waiting for each record would cost more than the record; one a second shows whether the bucket accepts them.
   * Never throws: a record that cannot be written is reported.
   */
  record(
    key: OutcomeKey,
    outcome: Pick<RecordedOutcome, "result" | "deadLetterReason">,
    confirmed = true,
  ): void {
    try {
      this.#write(this.#key(key), encodeRecord(outcome, confirmed), confirmed);
    } catch (error) {
      this.#onError(error as Error); // Thrown here, it would leave the result's confirmation without a handler.
    }
  }

  #write(key: string, record: Uint8Array, confirmed: boolean): void {
    const now = performance.now();
    if (confirmed && now - this.#confirmedAt < CONFIRM_EVERY_MS) {
      this.#connection.publish(this.#bucket.writeSubject(key), record);
      return;
    }
    this.#confirmedAt = now;
    this.#bucket.put(key, record).catch((error: Error) => this.#onError(error));
  }

  /** Looks up an outcome. Rejects when the bucket cannot be read. */
  async find(key: OutcomeKey): Promise<RecordedOutcome | undefined> {
    const entry = await this.#bucket.get(this.#key(key));
    if (!entry) return undefined;
    const value: unknown = JSON.parse(decodeText(entry.value));
    if (!isObject(value) || !isObject(value["result"])) return undefined;
    const { success, message, data } = value["result"];
    return {
      result: { success: success === true, message: String(message ?? ""), data },
      ...(typeof value["giveUp"] === "string" && { deadLetterReason: value["giveUp"] }),
      republish: value["unconfirmed"] === true || await this.#isFresh(entry.timestampMs),
    };
  }

  /** Whether the stream of results still knows the id of a result stored at that time. Both clocks are the broker's. */
  async #isFresh(storedMs: number): Promise<boolean> {
    const stream = await this.#connection.streamInfo(STREAMS.pipelineEngine);
    if (!stream) return true;
    return stream.serverTimeMs - storedMs < stream.duplicateWindowMs * 0.75;
  }

  #key({ driver, runId, messageId }: OutcomeKey): string {
    return this.#bucket.key(driver, runId, messageId);
  }
}

function encodeRecord(
  { result, deadLetterReason }: Pick<RecordedOutcome, "result" | "deadLetterReason">,
  confirmed: boolean,
): Uint8Array {
  return encodeJson({
    result,
    ...(deadLetterReason !== undefined && { giveUp: deadLetterReason }),
    ...(!confirmed && { unconfirmed: true }),
  });
}
