/**
 * Records outcomes in a key-value bucket, beyond the process and beyond the memory of the result stream.
 *
 * JetStream forgets a result's id after its duplicate window (two minutes by default), and a restarted server forgets the id of
 * every result that the engine has taken out of the stream. A message may be redelivered later than that. So each outcome is
 * recorded as sent, in the same write to the socket as the result and behind it, under a number of this process; and the process
 * keeps one more record, which says up to which number everything is stored. A redelivery reads both instead of reconciling again.
 *
 * A record never says more than is known: one that cannot leave with its result is not sent at all.
 *
 * @module
 */

import { encodeJson } from "../../encoding/json.ts";
import { asError } from "../../error_text.ts";
import { STREAMS } from "../../protocol/subjects.ts";
import { missingPermission } from "../../transport/errors.ts";
import type { Connection } from "../../transport/transport.ts";
import { BrokerRestarts } from "./broker_restarts.ts";
import type { FoundOutcome } from "./found_outcome.ts";
import { NumbersWriter } from "./numbers_writer.ts";
import { letterName, type OutcomeKey, resultName } from "./outcome_key.ts";
import {
  decodeOutcomeRecord,
  encodeOutcomeRecord,
  type RecordableOutcome,
} from "./outcome_record.ts";
import { RecordCorrections } from "./record_corrections.ts";
import type { RecoverableBucket } from "./recoverable_bucket.ts";
import { type SentRecord, SentRecords } from "./sent_records.ts";
import { decodeNumbers, type NumbersRecord, saysStored, StoredNumbers } from "./stored_numbers.ts";
import { UnprovenRecords } from "./unproven_records.ts";

/** The most results that may wait for their confirmations at a time before the oldest are left out. */
const MOST_OPEN = 2000;

/** A journal of outcomes. None of its writes throws or rejects. */
export class OutcomeJournal {
  /** Look-ups, those that have found nothing, and outcomes sent. */
  readonly counts: { reads: number; misses: number; writes: number } = {
    reads: 0,
    misses: 0,
    writes: 0,
  };
  /** When the broker may have forgotten its latest deliveries. */
  readonly restarts: BrokerRestarts;
  /** When the connection was restored last, by `performance.now()`: other processes may still have to say what they have stored. */
  restoredAt: number = -Infinity;
  /** Records that prove nothing, by the names of their results. */
  readonly unproven: UnprovenRecords = new UnprovenRecords();
  readonly #connection: Connection;
  readonly #bucket: RecoverableBucket;
  readonly #onError: (error: Error) => void;
  readonly #corrections: RecordCorrections;
  readonly #instance = crypto.randomUUID();
  readonly #numbers: StoredNumbers;
  readonly #writer: NumbersWriter;
  readonly #sent = new SentRecords();
  /** How many records were sent ahead of the last record of numbers. */
  #sentAhead = 0;
  readonly #closed = new AbortController();

  constructor(connection: Connection, bucket: RecoverableBucket, onError: (error: Error) => void) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#onError = onError;
    this.restarts = new BrokerRestarts(connection, bucket);
    // A number takes at most 16 digits and a comma; the record of all has to fit into a message.
    this.#numbers = new StoredNumbers(
      Math.min(MOST_OPEN, Math.floor(connection.maxPayload / 20)),
    );
    this.#writer = new NumbersWriter({
      connection,
      bucket,
      key: this.#instanceKey(this.#instance),
      encode: () => {
        this.#sentAhead = this.#sent.count;
        return encodeJson(this.#numbers.record);
      },
      onWritten: () => this.#sent.arrived(this.#sentAhead),
      onError: (error) => onError(asError(error)),
    });
    this.#corrections = new RecordCorrections(bucket, this.#instance, this.#closed.signal, this);
    connection.onStatus(({ type }) => type === "reconnected" && this.#reconnected());
    void connection.closed.then(() => this.close());
  }

  /**
   * Records that a result was sent. Call it right after its result was published, so that both leave in one write to the socket.
   * While the connection is away it sends nothing: such a record could arrive without its result. It is not confirmed, which
   * would cost more than the record: the record of stored numbers, which follows, shows whether the bucket accepts anything.
   * A result that was not confirmed the last time stays unconfirmed in its record.
   */
  sent(key: OutcomeKey, outcome: RecordableOutcome): void {
    if (!this.#bucket.available) return;
    try {
      const name = resultName(key);
      const record = this.#encode(key, outcome, this.unproven.of(name) !== undefined || undefined);
      const sent = this.#connection.connected;
      const subject = this.#bucket.bucket.writeSubject(this.#key(key));
      this.#record({ name, subject, record, sent });
      this.counts.writes++;
    } catch (error) {
      this.#onError(asError(error));
    }
  }

  /** Records that a result is stored. Call it before the message is acknowledged. With `recorded`, its record is there. */
  stored(key: OutcomeKey, recorded = false): void {
    const name = resultName(key);
    if (!this.#corrections.empty) this.#corrections.drop(this.#key(key));
    this.unproven.confirmed(name);
    const unsent = !recorded && this.#sent.unsent(name);
    if (unsent && this.#bucket.available) this.#record({ ...unsent, sent: true });
    if (this.#numbers.stored(name)) this.#writer.changed();
  }

  /** Records that the dead letter of a run is stored, besides its result. */
  deadLettered(key: OutcomeKey): void {
    if (this.#numbers.stored(letterName(key))) this.#writer.changed();
  }

  /**
   * Records that a result was sent and not confirmed, or `refused`. It is repeated until it is recorded, or until the result is
   * stored.
   */
  unconfirmed(key: OutcomeKey, outcome: RecordableOutcome, refused: boolean): void {
    this.unproven.sent(resultName(key));
    try {
      this.#corrections.add(this.#key(key), this.#encode(key, outcome, true), refused);
    } catch (error) {
      this.#onError(asError(error));
    }
  }

  /** Looks up an outcome; `undefined` when there is none, or no bucket to be had. Rejects when it may be readable in a moment. */
  async find(key: OutcomeKey): Promise<FoundOutcome | undefined> {
    const read = await this.#bucket.use("read", (bucket) => bucket.get(this.#key(key)));
    const entry = read?.value;
    const record = entry && decodeOutcomeRecord(entry.value);
    this.counts.reads++;
    if (!record) {
      this.counts.misses++;
      return undefined;
    }
    const { outcome, numbers, unconfirmed } = record;
    const { deadLetterReason } = outcome;
    const known = numbers && await this.#numbersOf(numbers.instance);
    if (known && saysStored(known, numbers.result)) {
      const isReported = saysStored(known, numbers.deadLetter);
      return { stored: true, deadLetterReason: isReported ? undefined : deadLetterReason };
    }
    const { revision, timestampMs } = entry;
    const name = resultName(key);
    const foreign = numbers?.instance !== this.#instance;
    // A record of its own that is to be corrected proves nothing.
    const fresh = unconfirmed || !foreign && this.#corrections.has(this.#key(key)) ||
      await this.#isFresh(timestampMs);
    if (!fresh && this.unproven.of(name) !== revision) {
      return { stored: true, deadLetterReason };
    }
    this.unproven.read(name, revision, unconfirmed);
    return { stored: false, outcome, foreign };
  }

  /** Looks up an outcome. Never rejects: what cannot be read is not known. */
  lookUp(key: OutcomeKey): Promise<FoundOutcome | undefined> {
    return this.find(key).catch(() => undefined);
  }

  /** Writes what is still to be written, and stops. The connection has to be flushed afterwards. */
  close(): void {
    this.#writer.close();
    this.#closed.abort();
  }

  #record(record: SentRecord): void {
    if (record.sent) this.#connection.publish(record.subject, record.record);
    this.#sent.add(record);
  }

  /** Records that the broken connection may have lost are sent again once their results are stored: the numbers cover them. */
  #reconnected(): void {
    this.restoredAt = performance.now();
    const { available } = this.#bucket;
    for (const { name, subject, record, sent } of this.#sent.unsure) {
      if (this.#numbers.isOpen(name)) this.#sent.lost(name);
      else if (sent && available) this.#connection.publish(subject, record);
    }
    this.#writer.reconnected();
  }

  #encode(key: OutcomeKey, outcome: RecordableOutcome, unconfirmed: true | undefined): Uint8Array {
    const result = this.#numbers.numberOf(resultName(key));
    const deadLetter = outcome.deadLetterReason === undefined
      ? undefined
      : this.#numbers.numberOf(letterName(key));
    const numbers = { instance: this.#instance, result, deadLetter };
    return encodeOutcomeRecord({ outcome, numbers, unconfirmed }, this.#connection.maxPayload);
  }

  /** What a process knows of its numbers. What this one knows is newer than its record. */
  async #numbersOf(instance: string): Promise<NumbersRecord | undefined> {
    if (instance === this.#instance) return this.#numbers.record;
    const read = await this.#bucket.use(
      "read",
      (bucket) => bucket.get(this.#instanceKey(instance)),
    );
    return read?.value && decodeNumbers(read.value.value);
  }

  /**
   * Whether the stream of results still knows the id of a result stored at that time: then it may be published again. After that,
   * its record is the best proof that it is stored: both went through one socket, the result first. Both clocks are the broker's.
   */
  async #isFresh(storedMs: number): Promise<boolean> {
    try {
      const stream = await this.#connection.streamInfo(STREAMS.pipelineEngine);
      if (!stream) return true;
      return stream.serverTimeMs - storedMs < stream.duplicateWindowMs * 0.75;
    } catch (error) {
      if (missingPermission(error)) this.#onError(asError(error));
      return true; // A result that is sent twice is the lesser evil.
    }
  }

  #key({ driver, runId, messageId }: OutcomeKey): string {
    return this.#bucket.bucket.key(driver, runId, messageId);
  }

  /** The key of a process's record: of two parts, where those of outcomes have three. */
  #instanceKey(instance: string): string {
    return this.#bucket.bucket.key("instance", instance);
  }
}
