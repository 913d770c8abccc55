/**
 * Remembers how runs ended, beyond the process and beyond the stream's duplicate window.
 *
 * JetStream forgets a result's id after its duplicate window (two minutes by default). A process that dies after its result was
 * stored and before its message was acknowledged leaves a message that may come back later than that. So each outcome is also
 * put into a key-value bucket, in the same write to the socket as the result and behind it: a record in the bucket means that the
 * result was handed to the broker first. A redelivery reads the record instead of reconciling again.
 *
 * @module
 */

import { decodeText, encodeJson, isObject } from "../../protocol/json.ts";
import type { DriverResult } from "../../protocol/result.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import type { Connection, KeyValue } from "../../transport/transport.ts";

/** Which run an outcome belongs to. */
export interface OutcomeKey {
  readonly driver: string;
  readonly runId: string;
  readonly messageId: string;
}

/** A remembered outcome. */
export interface RecordedOutcome {
  readonly result: DriverResult;
  /** Why the run went to the dead letters, if it did. */
  readonly deadLetterReason?: string;
  /**
   * Whether to store the result again. Storing it twice is harmless while the stream still knows its id; when it does not, a
   * record that was not taken back says that the result is stored.
   */
  readonly republish: boolean;
}

/** A record is confirmed this often, in milliseconds; the others are sent only. */
const CONFIRM_EVERY_MS = 1000;

/** Remembers outcomes. */
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
   * Records an outcome. Call it right after its result was handed to the connection, so that both leave in one write.
   * `confirmed: false` takes the word back that the result is stored.
   *
   * Waiting for each record would cost more than the record; one a second tells whether the bucket takes them.
   */
  record(
    key: OutcomeKey,
    outcome: Pick<RecordedOutcome, "result" | "deadLetterReason">,
    confirmed = true,
  ): void {
    const { result, deadLetterReason } = outcome;
    const record = encodeJson({
      result,
      ...(deadLetterReason !== undefined && { giveUp: deadLetterReason }),
      ...(!confirmed && { unconfirmed: true }),
    });
    const now = performance.now();
    if (confirmed && now - this.#confirmedAt < CONFIRM_EVERY_MS) {
      this.#connection.publish(this.#bucket.subject(this.#key(key)), record);
      return;
    }
    this.#confirmedAt = now;
    this.#bucket.put(this.#key(key), record).catch((error: Error) => this.#onError(error));
  }

  /** Looks an outcome up. Rejects when the bucket cannot be read. */
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

  /** Whether the stream of results surely remembers the id of a result stored at that time. Both clocks are the broker's. */
  async #isFresh(storedMs: number): Promise<boolean> {
    const stream = await this.#connection.streamInfo(STREAMS.pipelineEngine);
    if (!stream) return true;
    return stream.serverTimeMs - storedMs < stream.duplicateWindowMs * 0.75;
  }

  #key({ driver, runId, messageId }: OutcomeKey): string {
    return this.#bucket.key(driver, runId, messageId);
  }
}
