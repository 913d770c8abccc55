/** A durable pull consumer of a memory stream. @module */

import type { Clock } from "../../clock.ts";
import type { PullLostError } from "../../errors.ts";
import { subjectMatcher } from "./subject_filter.ts";
import type { ConsumerConfig, ConsumerInfo } from "../../transport.ts";
import { Leases } from "./ack_pending.ts";
import type { StoredMessage } from "./stored_message.ts";
import type { MemoryStream, StreamConsumer } from "./memory_stream.ts";
import type { Scheduler } from "./scheduler.ts";

/** Somebody who may take messages from a consumer. */
export interface PullSubscriber {
  /** Whether a message may be given right now. */
  ready(): boolean;
  /** Takes a message. */
  take(message: StoredMessage, deliveryCount: number, consumer: MemoryConsumer): void;
  /** Nothing will come any more. */
  lost(error: PullLostError): void;
}

/** Messages given out in one turn, so that one busy consumer does not hold up the others. */
const MESSAGES_A_TURN = 64;

/** A durable pull consumer of a memory stream. */
export class MemoryConsumer implements StreamConsumer {
  readonly stream: MemoryStream;
  readonly #scheduler: Scheduler;
  readonly #leases: Leases;
  readonly #clock: Clock;
  readonly #createdMs: number;
  #takers: PullSubscriber[] = [];
  #config: ConsumerConfig;
  #matches: (subject: string) => boolean;
  #next = 1;
  #waking = false;
  #ended = false;

  /** Makes a consumer that begins with the oldest message. */
  constructor(stream: MemoryStream, config: ConsumerConfig, clock: Clock, turns: Scheduler) {
    this.stream = stream;
    this.#config = config;
    this.#matches = subjectMatcher(config.filterSubjects);
    this.#scheduler = turns;
    this.#clock = clock;
    this.#createdMs = clock.now();
    this.#leases = new Leases(clock, () => this.wake());
    for (const { sequence } of stream.messages()) {
      this.#next = sequence;
      break;
    }
  }

  /** What it is made of. */
  get config(): ConsumerConfig {
    return this.#config;
  }

  /** Whether it was deleted. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Changes what it is made of; what is delivered stays delivered. */
  reconfigure(config: ConsumerConfig): void {
    this.#config = config;
    this.#matches = subjectMatcher(config.filterSubjects);
    this.stream.interestChanged();
    this.wake();
  }

  /** Whether it has yet to deliver this message, or has delivered it and waits for its end. */
  needs(message: StoredMessage): boolean {
    return message.sequence >= this.#next && this.#matches(message.subject) ||
      this.#leases.has(message.sequence);
  }

  /** Gives messages to `taker`, in turn with the others. */
  join(taker: PullSubscriber): void {
    this.#takers.push(taker);
  }

  /** Gives nothing more to `taker`. */
  leave(taker: PullSubscriber): void {
    this.#takers = this.#takers.filter((other) => other !== taker);
  }

  /** Tells all who take that it is over, and forgets its leases. */
  end(error: PullLostError): void {
    this.#ended = true;
    this.#leases.clear();
    const takers = this.#takers;
    this.#takers = [];
    for (const taker of takers) taker.lost(error);
  }

  /** Looks soon for something to deliver. */
  wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    this.#scheduler.soon(() => this.#deliver());
  }

  /** A message is done with, for good or not at all: it is not delivered again. */
  settle(sequence: number): void {
    if (!this.#leases.delete(sequence)) return;
    this.stream.settled(sequence);
    this.wake();
  }

  /** A message is to be delivered again after a delay; until then it keeps its place among the pending. */
  giveBack(sequence: number, delayMs: number): void {
    this.#leases.giveBack(sequence, delayMs);
    if (delayMs === 0) this.wake();
  }

  /** A message is still worked on. */
  renew(sequence: number): void {
    this.#leases.renew(sequence, this.#config.ackWaitMs);
  }

  /** Tells what it looks like. */
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
      pending,
      ackPending: this.#leases.size,
      redelivered: this.#leases.redelivered(),
    };
  }

  #deliver(): void {
    this.#waking = false;
    if (this.#ended) return;
    for (let given = 0; given < MESSAGES_A_TURN; given++) {
      const taker = this.#nextSubscriber();
      const message = taker && this.#nextMessage();
      if (!message) return;
      const deliveryCount = this.#leases.grant(message.sequence, this.#config.ackWaitMs);
      taker.take(message, deliveryCount, this);
    }
    this.wake();
  }

  /** Whoever was served last goes to the end of the line. */
  #nextSubscriber(): PullSubscriber | undefined {
    const at = this.#takers.findIndex((taker) => taker.ready());
    if (at < 0) return undefined;
    const [taker] = this.#takers.splice(at, 1);
    this.#takers.push(taker!);
    return taker;
  }

  #nextMessage(): StoredMessage | undefined {
    for (let due = this.#leases.takeDue(); due !== undefined; due = this.#leases.takeDue()) {
      const message = this.stream.get(due);
      if (message) return message;
      this.#leases.delete(due);
    }
    if (this.#leases.size >= this.#config.maxAckPending) return undefined;
    while (this.#next <= this.stream.lastSequence) {
      const message = this.stream.get(this.#next++);
      if (message && this.#matches(message.subject)) return message;
    }
    return undefined;
  }
}
