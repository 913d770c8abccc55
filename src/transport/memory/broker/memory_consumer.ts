/** A durable pull consumer of a memory stream. @module */

import type { Clock } from "../../clock.ts";
import type { PullLostError } from "../../errors.ts";
import { subjectMatcher } from "./subject_filter.ts";
import type { ConsumerConfig, ConsumerInfo } from "../../transport.ts";
import { AckPending, type SavedAckPending } from "./ack_pending.ts";
import type { StoredMessage } from "./stored_message.ts";
import type { MemoryStream, StreamConsumer } from "./memory_stream.ts";
import type { Scheduler } from "./scheduler.ts";

/** A pull that receives messages from a consumer. */
export interface PullSubscriber {
  /** Whether it can receive a message at the moment. */
  ready(): boolean;
  /** Receives a message. */
  receive(message: StoredMessage, deliveryCount: number, consumer: MemoryConsumer): void;
  /** Called when there is no message for it at the moment. */
  drained?(): void;
  /** Called when no more messages will arrive. */
  onLost(error: PullLostError): void;
}

/** The state of a consumer at one time. */
export interface SavedConsumer {
  readonly next: number;
  readonly ackPending: SavedAckPending;
}

/** Messages delivered in one task, so that a busy consumer does not block the others. */
const MESSAGES_PER_TASK = 64;

/** A durable pull consumer of a memory stream. */
export class MemoryConsumer implements StreamConsumer {
  readonly stream: MemoryStream;
  readonly #scheduler: Scheduler;
  readonly #ackPending: AckPending;
  readonly #clock: Clock;
  readonly #createdMs: number;
  #subscribers: PullSubscriber[] = [];
  #config: ConsumerConfig;
  #matches: (subject: string) => boolean;
  #next = 1;
  #waking = false;
  #ended = false;

  /** Creates a consumer that starts at the oldest message. */
  constructor(stream: MemoryStream, config: ConsumerConfig, clock: Clock, scheduler: Scheduler) {
    this.stream = stream;
    this.#config = config;
    this.#matches = subjectMatcher(config.filterSubjects);
    this.#scheduler = scheduler;
    this.#clock = clock;
    this.#createdMs = clock.now();
    this.#ackPending = new AckPending(clock, config.ackWaitMs, () => this.wake());
    for (const { sequence } of stream.messages()) {
      this.#next = sequence;
      break;
    }
  }

  /** Its configuration. */
  get config(): ConsumerConfig {
    return this.#config;
  }

  /** Whether it was deleted. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Updates its configuration; delivered messages are not delivered again, but when another ack wait is over. */
  reconfigure(config: ConsumerConfig): void {
    const { ackWaitMs } = this.#config;
    this.#config = config;
    if (config.ackWaitMs !== ackWaitMs) this.#ackPending.setAckWait(config.ackWaitMs);
    this.#matches = subjectMatcher(config.filterSubjects);
    this.stream.interestChanged();
    this.wake();
  }

  /** Whether it has yet to deliver this message, or waits for its acknowledgement. */
  needs(message: StoredMessage): boolean {
    return message.sequence >= this.#next && this.#matches(message.subject) ||
      this.#ackPending.has(message.sequence);
  }

  /** Whether a message is delivered and not acknowledged. */
  holds(sequence: number): boolean {
    return this.#ackPending.has(sequence);
  }

  /** Adds a subscriber; messages are distributed round-robin. */
  subscribe(subscriber: PullSubscriber): void {
    this.#subscribers.push(subscriber);
  }

  /** Removes a subscriber. */
  unsubscribe(subscriber: PullSubscriber): void {
    this.#subscribers = this.#subscribers.filter((other) => other !== subscriber);
  }

  /** Ends the consumer and its pulls. */
  end(error: PullLostError): void {
    this.#ended = true;
    this.#ackPending.clear();
    const subscribers = this.#subscribers;
    this.#subscribers = [];
    for (const subscriber of subscribers) subscriber.onLost(error);
  }

  /** Returns a copy of its state. */
  save(): SavedConsumer {
    return { next: this.#next, ackPending: this.#ackPending.save() };
  }

  /** Replaces its state by a saved one, and removes its subscribers. */
  restore({ next, ackPending }: SavedConsumer): void {
    this.#subscribers = [];
    this.#next = next;
    this.#ackPending.restore(ackPending);
  }

  /** Schedules a delivery. */
  wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    this.#scheduler.schedule(() => this.#deliver());
  }

  /** Acknowledges or terminates a message. */
  settle(sequence: number): void {
    if (!this.#ackPending.delete(sequence)) return;
    this.stream.settled(sequence);
    this.wake();
  }

  /** Negatively acknowledges a message; it counts as pending until it is redelivered. */
  nak(sequence: number, delayMs: number): void {
    this.#ackPending.nak(sequence, delayMs);
    if (delayMs === 0) this.wake();
  }

  /** Restarts a message's ack wait. */
  renew(sequence: number): void {
    this.#ackPending.renew(sequence);
  }

  /** Returns its configuration and state. */
  info(): ConsumerInfo {
    let pending = 0;
    for (const { sequence, subject } of this.stream.messages()) {
      if (sequence >= this.#next && this.#matches(subject)) pending++;
    }
    return {
      ...this.#config,
      stream: this.stream.config.name,
      createdMs: this.#createdMs,
      restarted: false,
      serverTimeMs: this.#clock.now(),
      restrictions: [],
      waiting: this.#subscribers.length,
      pending,
      ackPending: this.#ackPending.size,
      redelivered: this.#ackPending.redelivered(),
    };
  }

  #deliver(): void {
    this.#waking = false;
    if (this.#ended) return;
    for (let count = 0; count < MESSAGES_PER_TASK; count++) {
      const subscriber = this.#nextSubscriber();
      if (!subscriber) return;
      const message = this.#nextMessage();
      if (!message) {
        for (const other of [...this.#subscribers]) other.drained?.();
        return;
      }
      const deliveryCount = this.#ackPending.add(message.sequence);
      subscriber.receive(message, deliveryCount, this);
    }
    this.wake();
  }

  /** Round-robin: the subscriber that was served moves to the end. */
  #nextSubscriber(): PullSubscriber | undefined {
    const at = this.#subscribers.findIndex((subscriber) => subscriber.ready());
    if (at < 0) return undefined;
    const [subscriber] = this.#subscribers.splice(at, 1);
    this.#subscribers.push(subscriber!);
    return subscriber;
  }

  #nextMessage(): StoredMessage | undefined {
    for (
      let due = this.#ackPending.takeDue();
      due !== undefined;
      due = this.#ackPending.takeDue()
    ) {
      const message = this.stream.get(due);
      if (message) return message;
      this.#ackPending.delete(due);
    }
    if (this.#ackPending.size >= this.#config.maxAckPending) return undefined;
    while (this.#next <= this.stream.lastSequence) {
      const message = this.stream.get(this.#next++);
      if (message && this.#matches(message.subject)) return message;
    }
    return undefined;
  }
}
