/** One driver at work on its consumer: admits messages, runs them, and redelivers those that it cannot take. @module */

import { backoffMs } from "../../async/backoff.ts";
import { delayUnlessAborted } from "../../async/delay.ts";
import type { Driver } from "../../driver.ts";
import type { DriverMessage } from "../../protocol/driver_message.ts";
import type { ConsumerInfo, Delivery, Pull } from "../../transport/transport.ts";
import { leaseLostError, shutdownError } from "../run/abort_errors.ts";
import { LeaseKeeper } from "../run/lease.ts";
import { Run } from "../run/run.ts";
import type { Session } from "../session/session.ts";
import type { Settled } from "../settlement/settle.ts";
import { type DriverStats, END_COUNTERS, newDriverStats } from "../stats.ts";
import { classifyMessage } from "./classify_message.ts";
import { ConsumerMonitor } from "./consumer_monitor.ts";
import { GuardedDelivery } from "./guarded_delivery.ts";
import { KeyedQueue } from "./keyed_queue.ts";
import { PoisonMessages } from "./poison.ts";
import { RunProcessor } from "./run_processor.ts";
import { StreamIdentity } from "./stream_identity.ts";

/** How long to leave a message alone that this instance cannot take: longer each time, since each time counts as a delivery. */
const NOT_NOW = { initialMs: 1000, maxMs: 60_000 } as const;

/** How long a stop waits for acknowledgements that are held back while the stream cannot be asked for, in milliseconds. */
const SETTLE_LIMIT_MS = 5000;

/** One driver at work. */
export class Worker {
  readonly driver: Driver;
  /** Which stream its deliveries belong to. */
  readonly stream: StreamIdentity;
  readonly #session: Session;
  readonly #stats: DriverStats = newDriverStats();
  readonly #queue: KeyedQueue<Run>;
  readonly #leases: LeaseKeeper;
  readonly #processor: RunProcessor;
  readonly #consumer: ConsumerMonitor;
  readonly #poison: PoisonMessages;
  readonly #runs = new Set<Run>();
  #pull: Pull | undefined;
  /** Messages asked for and not arrived, and since when there are any. */
  #asked = 0;
  #askedAt = -Infinity;
  #stopping = false;
  #onIdle: (() => void) | undefined;

  constructor(session: Session, driver: Driver) {
    this.#session = session;
    this.driver = driver;
    const { concurrency, ackWaitMs } = session.options;
    const check = () => void this.#consumer.check();
    this.#leases = new LeaseKeeper({ ackWaitMs, onUnconfirmed: check, onRenewing: check });
    this.#consumer = new ConsumerMonitor(
      session,
      driver.name,
      (effectiveMs) => this.#leases.setAckWait(effectiveMs),
    );
    this.stream = new StreamIdentity(session, () => this.#onStreamReplaced());
    this.#poison = new PoisonMessages(session, driver.name);
    this.#processor = new RunProcessor(session, driver, this.#stats, {
      onExecuted: () => {
        this.#queue.ran();
        this.#updateDemand();
      },
      onEnded: (run, settled, durationMs, abandoned) => {
        this.#runs.delete(run);
        if (abandoned) void abandoned.then(() => run.end());
        else run.end();
        this.#count(run, settled, durationMs);
        if (abandoned) this.#abandon(run, abandoned);
        else this.#queue.leave(run);
        this.#updateDemand();
        if (this.#queue.idle) this.#onIdle?.();
      },
    });
    this.#queue = new KeyedQueue(concurrency, (run) => void this.#processor.process(run));
  }

  /** What it has counted, and what is going on. */
  get stats(): DriverStats {
    const { running, waiting, settling, abandoned } = this.#queue;
    return { ...this.#stats, running, waiting, settling, abandoned };
  }

  /** Starts to take messages from a pull on a consumer. */
  bind(pull: Pull, consumer: ConsumerInfo, onConsumerGone: () => void): void {
    this.#stats.bound++;
    this.#pull = pull;
    this.#leases.watch();
    this.#asked = 0;
    if (this.#consumer.bound(consumer, onConsumerGone)) this.#detachAll();
    this.#updateDemand();
  }

  /**
   * The pull has ended; running reconciles go on. If its consumer is deleted too, the messages may be: on an interest stream they
   * go with their last consumer. The running reconcile is then the only chance of a result.
   */
  unbind(consumerGone: boolean): void {
    this.#pull = undefined;
    this.#consumer.unbound();
    this.stream.doubt();
    if (consumerGone) this.#detachAll();
  }

  /** The connection is restored. */
  async reconnected(): Promise<void> {
    await this.#consumer.reconnected();
  }

  /** Takes a message in. Never throws. */
  receive(message: Delivery): void {
    const delivery = new GuardedDelivery(message, this.stream);
    this.#stats.received++;
    this.#asked--;
    const classified = classifyMessage(this.driver, delivery);
    switch (classified.kind) {
      case "run":
        this.#admit(delivery, classified.message);
        break;
      case "filtered":
        this.#stats.filtered++;
        delivery.ack();
        break;
      case "poison":
        this.#stats.poisoned++;
        this.#poison.report(delivery, classified.error);
        break;
      case "unlisted-type":
        this.#warn(
          "unlisted-type",
          `${this.driver.name} received an event of resource type ${classified.resourceType}, which it does not list in ` +
            "this process; the event is redelivered to an instance that does",
        );
        this.#nakForLater(delivery);
    }
    this.#updateDemand();
  }

  /**
   * Stops: requests no more messages, redelivers those that wait, and lets running reconciles end within the grace period. A
   * message that arrives during the stop is still run: as a nak, another instance would get it as a redelivery.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const waiting = this.#queue.removeAll();
    await this.#pull?.stop(); // First, or the broker would redeliver here at once.
    for (const run of [...waiting, ...this.#queue.removeAll()]) {
      this.#release(run);
      this.#nak(run.delivery);
    }
    await this.#untilIdle(graceMs);
    for (const run of this.#runs) run.abort("shutdown", shutdownError(run, graceMs));
    await this.#untilIdle();
    await this.#poison.terminated();
    await this.stream.settled(SETTLE_LIMIT_MS);
    this.#leases.close();
  }

  #admit(delivery: Delivery, message: DriverMessage): void {
    const mayBeRepeat = this.#consumer.mayBeRepeat(delivery);
    const run = new Run(this.#session, this.driver, delivery, message, mayBeRepeat);
    if (this.#queue.isAbandoned(run.resourceKey)) return this.#nakForLater(delivery);
    run.lease = this.#leases.keep(delivery, () => this.#loseLease(run), this.#askedAt);
    this.#runs.add(run);
    // It waited in the socket while this process was paused: somebody else may have it by now.
    if (!run.lease.held) return this.#loseWaiting(run);
    this.#queue.enter(run);
  }

  #loseLease(run: Run): void {
    if (!this.#queue.remove(run)) return run.abort("lease-lost", leaseLostError(run));
    this.#loseWaiting(run);
  }

  #loseWaiting(run: Run): void {
    this.#release(run);
    this.#count(run, { outcome: "lease-lost" }, 0);
  }

  /** A reconcile ignores its signal: its slot is free, but its resource waits for it. */
  #abandon(run: Run, work: Promise<unknown>): void {
    const { resourceKey } = run;
    for (const waiting of this.#queue.abandon(run)) {
      this.#release(waiting);
      this.#nakForLater(waiting.delivery);
    }
    this.#warn(
      "signal-ignored",
      `the reconcile of ${this.driver.name} for ${resourceKey} ignores its signal and goes on; its outcome is discarded, and ` +
        "the resource waits for it in this process",
    );
    void work.then(() => this.#queue.freeAbandoned(resourceKey));
  }

  #onStreamReplaced(): void {
    if (this.#runs.size > 0) {
      this.#warn(
        "stream-replaced",
        `the stream of events was deleted and recreated while ${this.driver.name} ran ${this.#runs.size} of its events; what they ` +
          "come to is stored, and settles none of the new events",
      );
    }
    this.#detachAll();
    void this.#consumer.check();
  }

  #detachAll(): void {
    for (const run of this.#runs) run.detach();
  }

  #nakForLater(delivery: Delivery): void {
    this.#nak(delivery, backoffMs(delivery.deliveryCount, NOT_NOW));
  }

  #nak(delivery: Delivery, delayMs?: number): void {
    this.#stats.handedBack++;
    delivery.nak(delayMs);
  }

  #release(run: Run): void {
    run.lease?.release();
    this.#runs.delete(run);
  }

  #count(run: Run, settled: Settled, durationMs: number): void {
    this.#stats[END_COUNTERS[settled.outcome]]++;
    this.#session.emit({ type: "run-ended", run: run.ref, durationMs, ...settled });
  }

  #warn(code: string, message: string): void {
    this.#session.emit({ type: "warning", code, message, driver: this.driver.name });
  }

  #updateDemand(): void {
    if (this.#stopping || !this.#pull) return;
    const { free } = this.#queue;
    if (this.#asked <= 0 && free > 0) this.#askedAt = performance.now();
    this.#asked = free;
    this.#pull.demand(free);
  }

  async #untilIdle(limitMs = Infinity): Promise<void> {
    if (this.#queue.idle) return;
    const idle = new AbortController();
    this.#onIdle = () => idle.abort();
    await delayUnlessAborted(limitMs, idle.signal);
  }
}
