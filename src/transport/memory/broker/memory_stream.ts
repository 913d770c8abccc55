/** A stream that lives in memory. @module */

import type { Clock } from "../../clock.ts";
import { WrongSequenceError } from "../../errors.ts";
import type { Headers } from "../../shared/headers.ts";
import { subjectMatcher } from "./subject_filter.ts";
import type {
  PublishConfirmation,
  PublishOptions,
  StreamConfig,
  StreamInfo,
} from "../../transport.ts";
import { Duplicates } from "./duplicate_window.ts";
import type { StoredMessage } from "./stored_message.ts";
import { SubjectIndex } from "./subject_index.ts";

/** A stream's configuration, with what only a key-value bucket asks for. */
export interface MemoryStreamConfig extends StreamConfig {
  /** Messages kept on each subject; older ones go. All, unless set. */
  readonly messagesPerSubject?: number;
}

/** What a stream needs to know of a consumer. */
export interface StreamConsumer {
  /** Whether the consumer has yet to deliver this message, or waits for its acknowledgement. */
  needs(message: StoredMessage): boolean;
  /** Looks soon for something to deliver. */
  wake(): void;
}

/** A stream that lives in memory. */
export class MemoryStream {
  readonly #consumers = new Set<StreamConsumer>();
  readonly #clock: Clock;
  readonly #created: string;
  readonly #messages = new Map<number, StoredMessage>();
  readonly #bySubject = new SubjectIndex((sequence) => this.#messages.has(sequence));
  readonly #duplicates = new Duplicates();
  #config: MemoryStreamConfig;
  #takes: (subject: string) => boolean;
  #lastSequence = 0;

  /** Makes an empty stream. */
  constructor(config: MemoryStreamConfig, clock: Clock) {
    this.#config = config;
    this.#takes = subjectMatcher(config.subjects);
    this.#clock = clock;
    this.#created = distinctTime(clock.now());
  }

  /** What the stream is made of. */
  get config(): MemoryStreamConfig {
    return this.#config;
  }

  /** Changes what the stream is made of; its messages stay. */
  reconfigure(config: MemoryStreamConfig): void {
    this.#config = config;
    this.#takes = subjectMatcher(config.subjects);
  }

  /** Counts `consumer` among those that messages are kept for. */
  addConsumer(consumer: StreamConsumer): void {
    this.#consumers.add(consumer);
  }

  /** Removes a consumer, and the messages that were kept for it alone. */
  removeConsumer(consumer: StreamConsumer): void {
    this.#consumers.delete(consumer);
    this.interestChanged();
  }

  /** Whether it stores messages on this subject. */
  takes(subject: string): boolean {
    return this.#takes(subject);
  }

  /** Stores a message as the retention policy says, and tells the consumers. */
  store(
    subject: string,
    data: Uint8Array,
    headers: Headers,
    { messageId, expectLastSubjectSequence }: PublishOptions,
  ): PublishConfirmation {
    this.#expire();
    const { name: stream, duplicateWindowMs = 120_000, messagesPerSubject } = this.#config;
    const now = this.#clock.now();
    const earlier = messageId === undefined ? undefined : this.#duplicates.find(messageId, now);
    if (earlier !== undefined) return { stream, sequence: earlier, duplicate: true };
    const last = this.#bySubject.last(subject);
    if (expectLastSubjectSequence !== undefined && expectLastSubjectSequence !== last) {
      throw new WrongSequenceError(
        `cannot publish on ${subject}: its last message in stream ${stream} has sequence ${last}, ` +
          `not ${expectLastSubjectSequence}; somebody else published there, read it again`,
      );
    }
    const sequence = ++this.#lastSequence;
    if (messageId !== undefined) {
      this.#duplicates.remember(messageId, sequence, now, duplicateWindowMs);
    }
    const message = { sequence, subject, data, headers, timestampMs: now };
    if (this.#config.retention !== "interest" || this.#isNeeded(message)) {
      this.#messages.set(sequence, message);
      this.#bySubject.add(subject, sequence);
      if (messagesPerSubject === 1 && last > 0) this.remove(last);
      for (const consumer of this.#consumers) consumer.wake();
    }
    return { stream, sequence, duplicate: false };
  }

  /** Gives a message that is still there. */
  get(sequence: number): StoredMessage | undefined {
    return this.#messages.get(sequence);
  }

  /** Gives the last message on a subject. */
  last(subject: string): StoredMessage | undefined {
    this.#expire();
    return this.#messages.get(this.#bySubject.last(subject));
  }

  /** Every message that is still there, oldest first. */
  messages(): Iterable<StoredMessage> {
    this.#expire();
    return this.#messages.values();
  }

  /** The sequence that the last message got, whether it is still there or not. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** A consumer is done with a message: removes it if the retention policy says so. */
  settled(sequence: number): void {
    const message = this.#messages.get(sequence);
    if (!message || this.#config.retention === "limits") return;
    if (this.#config.retention === "workqueue" || !this.#isNeeded(message)) this.remove(sequence);
  }

  /** Removes what no consumer waits for any more, where the retention policy says so. */
  interestChanged(): void {
    if (this.#config.retention !== "interest") return;
    for (const message of this.#messages.values()) {
      if (!this.#isNeeded(message)) this.remove(message.sequence);
    }
  }

  /** Removes one message. */
  remove(sequence: number): void {
    const message = this.#messages.get(sequence);
    if (!message) return;
    this.#messages.delete(sequence);
    this.#bySubject.tidy(message.subject);
  }

  /** Tells what it looks like. */
  info(): StreamInfo {
    this.#expire();
    const { name, subjects, retention, duplicateWindowMs = 120_000, replicas = 1 } = this.#config;
    return {
      name,
      subjects,
      retention,
      duplicateWindowMs,
      replicas,
      messages: this.#messages.size,
      created: this.#created,
      serverTimeMs: this.#clock.now(),
    };
  }

  #isNeeded(message: StoredMessage): boolean {
    for (const consumer of this.#consumers) {
      if (consumer.needs(message)) return true;
    }
    return false;
  }

  #expire(): void {
    const { maxAgeMs = 0 } = this.#config;
    if (maxAgeMs === 0) return;
    const oldest = this.#clock.now() - maxAgeMs;
    for (const message of this.#messages.values()) {
      if (message.timestampMs > oldest) return;
      this.remove(message.sequence);
    }
  }
}

let made = 0;

/** Two streams of one name made in the same millisecond are two streams: the digits below tell them apart. */
function distinctTime(nowMs: number): string {
  const fraction = String(made++ % 1_000_000).padStart(6, "0");
  return new Date(nowMs).toISOString().replace("Z", `${fraction}Z`);
}
