/** A stream in memory. @module */

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
import { DuplicateWindow } from "./duplicate_window.ts";
import type { StoredMessage } from "./stored_message.ts";
import { SubjectIndex } from "./subject_index.ts";

/** A stream's configuration, with the option that only key-value buckets use. */
export interface MemoryStreamConfig extends StreamConfig {
  /** Messages kept per subject; older ones are removed. @default {all} */
  readonly messagesPerSubject?: number;
}

/** A consumer, as its stream sees it. */
export interface StreamConsumer {
  /** Whether the consumer has yet to deliver this message, or waits for its acknowledgement. */
  needs(message: StoredMessage): boolean;
  /** Schedules a delivery. */
  wake(): void;
}

/** A stream in memory. */
export class MemoryStream {
  readonly #consumers = new Set<StreamConsumer>();
  readonly #clock: Clock;
  readonly #created: string;
  readonly #messages = new Map<number, StoredMessage>();
  readonly #bySubject = new SubjectIndex((sequence) => this.#messages.has(sequence));
  readonly #duplicates = new DuplicateWindow();
  #config: MemoryStreamConfig;
  #matches: (subject: string) => boolean;
  #lastSequence = 0;

  /** Creates an empty stream. */
  constructor(config: MemoryStreamConfig, clock: Clock) {
    this.#config = config;
    this.#matches = subjectMatcher(config.subjects);
    this.#clock = clock;
    this.#created = distinctTime(clock.now());
  }

  /** Its configuration. */
  get config(): MemoryStreamConfig {
    return this.#config;
  }

  /** Updates its configuration; its messages are kept. */
  reconfigure(config: MemoryStreamConfig): void {
    this.#config = config;
    this.#matches = subjectMatcher(config.subjects);
  }

  /** Adds a consumer. Interest retention keeps messages for it. */
  addConsumer(consumer: StreamConsumer): void {
    this.#consumers.add(consumer);
  }

  /** Removes a consumer, and the messages that were kept for it alone. */
  removeConsumer(consumer: StreamConsumer): void {
    this.#consumers.delete(consumer);
    this.interestChanged();
  }

  /** Whether it stores messages on this subject. */
  matches(subject: string): boolean {
    return this.#matches(subject);
  }

  /** Whether it would drop a message with this id: it has stored one within the duplicate window. */
  hasStored(messageId: string): boolean {
    return this.#duplicates.find(messageId, this.#clock.now()) !== undefined;
  }

  /** Stores a message according to the retention policy, and wakes the consumers. */
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
          `not ${expectLastSubjectSequence}; another publisher was faster, read it again`,
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

  /** Returns a stored message. */
  get(sequence: number): StoredMessage | undefined {
    return this.#messages.get(sequence);
  }

  /** Returns the last message on a subject. */
  last(subject: string): StoredMessage | undefined {
    this.#expire();
    return this.#messages.get(this.#bySubject.last(subject));
  }

  /** Returns the stored messages, oldest first. */
  messages(): Iterable<StoredMessage> {
    this.#expire();
    return this.#messages.values();
  }

  /** The sequence of the last message, stored or removed. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Removes a message that a consumer has settled, where the retention policy requires it. */
  settled(sequence: number): void {
    const message = this.#messages.get(sequence);
    if (!message || this.#config.retention === "limits") return;
    if (this.#config.retention === "workqueue" || !this.#isNeeded(message)) this.remove(sequence);
  }

  /** Removes messages that no consumer needs any more, under interest retention. */
  interestChanged(): void {
    if (this.#config.retention !== "interest") return;
    for (const message of this.#messages.values()) {
      if (!this.#isNeeded(message)) this.remove(message.sequence);
    }
  }

  /** Removes a message. */
  remove(sequence: number): void {
    const message = this.#messages.get(sequence);
    if (!message) return;
    this.#messages.delete(sequence);
    this.#bySubject.prune(message.subject);
  }

  /** Returns a copy of its messages. */
  save(): ReadonlyMap<number, StoredMessage> {
    return new Map(this.#messages);
  }

  /**
   * Restores the stream after a restart of the broker: the duplicate window contains the ids of stored messages only.
   * A saved message that was removed since is stored again if a consumer needs it, whose acknowledgement was lost.
   */
  restore(saved: ReadonlyMap<number, StoredMessage>): void {
    for (const message of saved.values()) {
      if (this.#isNeeded(message)) this.#messages.set(message.sequence, message);
    }
    const messages = [...this.#messages.values()].sort((a, b) => a.sequence - b.sequence);
    this.#messages.clear();
    this.#duplicates.clear();
    this.#bySubject.clear();
    const { duplicateWindowMs = 120_000 } = this.#config;
    for (const message of messages) {
      this.#messages.set(message.sequence, message);
      this.#bySubject.add(message.subject, message.sequence);
      const id = message.headers["Nats-Msg-Id"];
      if (id === undefined) continue;
      this.#duplicates.remember(id, message.sequence, message.timestampMs, duplicateWindowMs);
    }
  }

  /** Returns its configuration and state. */
  info(): StreamInfo {
    this.#expire();
    const { name, subjects, retention, replicas = 1, maxAgeMs = 0 } = this.#config;
    return {
      name,
      subjects,
      retention,
      duplicateWindowMs: this.#config.duplicateWindowMs ?? 120_000,
      maxAgeMs,
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

let created = 0;

/** Distinguishes two streams of one name that were created in the same millisecond, by the digits below. */
function distinctTime(nowMs: number): string {
  const fraction = String(created++ % 1_000_000).padStart(6, "0");
  return new Date(nowMs).toISOString().replace("Z", `${fraction}Z`);
}
