/** One driver at work on its consumer: takes messages in, lets them run, and gives back what it cannot take. @module */

import { backoffMs } from "../../async/backoff.ts";
import type { Driver } from "../../driver.ts";
import { messageOf } from "../../errors.ts";
import type { DriverMessage } from "../../protocol/driver_message.ts";
import type { ConsumerInfo, Delivery, Pull } from "../../transport/transport.ts";
import { ConsumerMonitor } from "./consumer_monitor.ts";
import { leaseLostError, shutdownError } from "../run/attempt.ts";
import { classifyMessage } from "./classify_message.ts";
import { KeyedQueue } from "./keyed_queue.ts";
import { LeaseKeeper } from "../run/lease.ts";
import { RunProcessor } from "./run_processor.ts";
import { Run } from "../run/run.ts";
import type { Session } from "../session/session.ts";
import type { Settled } from "../settlement/settle.ts";
import { type DriverStats, END_COUNTERS, newDriverStats } from "../stats.ts";

/** How long to leave a message alone that this instance cannot take: longer each time, since each time counts as a delivery. */
const NOT_NOW = { initialMs: 1000, maxMs: 60_000 } as const;

/** One driver at work. */
export class Worker {
  readonly driver: Driver;
  readonly #session: Session;
  readonly #stats: DriverStats = newDriverStats();
  readonly #queue: KeyedQueue<Run>;
  readonly #leases: LeaseKeeper;
  readonly #processor: RunProcessor;
  readonly #consumer: ConsumerMonitor;
  readonly #runs = new Set<Run>();
  /** Lanes kept by reconciles that ignored their signal. */
  readonly #abandonedKeys = new Set<string>();
  /** Poison that is being told of. */
  readonly #refusing = new Set<Promise<void>>();
  #pull: Pull | undefined;
  #stopping = false;
  #onIdle: (() => void) | undefined;

  constructor(session: Session, driver: Driver) {
    this.#session = session;
    this.driver = driver;
    const { concurrency, ackWaitMs } = session.options;
    this.#queue = new KeyedQueue(concurrency, (run) => void this.#process(run));
    this.#leases = new LeaseKeeper({
      ackWaitMs,
      onUnconfirmed: () => void this.#consumer.check(),
    });
    this.#consumer = new ConsumerMonitor(session, driver.name);
    this.#processor = new RunProcessor(session, driver, this.#stats);
  }

  /** What it has counted, and what is going on. */
  get stats(): DriverStats {
    const { running, waiting, settling } = this.#queue;
    return { ...this.#stats, running, waiting, settling, abandoned: this.#abandonedKeys.size };
  }

  /** Starts to take messages from a pull on a consumer. */
  bind(pull: Pull, consumer: ConsumerInfo, onConsumerGone: () => void): void {
    this.#stats.bound++;
    this.#pull = pull;
    if (this.#consumer.bound(consumer, onConsumerGone)) this.#detachAll();
    this.#updateDemand();
  }

  /**
   * The pull is gone; what runs goes on. If its consumer is gone too, so may be the messages: on an interest stream they go with
   * their last consumer. What runs is then the only chance of a result.
   */
  unbind(consumerGone: boolean): void {
    this.#pull = undefined;
    this.#consumer.unbound();
    if (consumerGone) this.#detachAll();
  }

  /** The broker is back after it was away. */
  async reconnected(): Promise<void> {
    await this.#consumer.reconnected();
  }

  /** Takes a message in. Never throws. */
  receive(delivery: Delivery): void {
    this.#stats.received++;
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
        this.#refuse(delivery, classified.error);
        break;
      case "unlisted-type":
        this.#warn(
          "unlisted-type",
          `an event of resource type ${classified.resourceType} came to ${this.driver.name}, which does not list it in this ` +
            "process; it is handed back for an instance that does",
        );
        this.#nakForLater(delivery);
    }
    this.#updateDemand();
  }

  /**
   * Stops: asks for nothing more, gives back what waits, and lets what runs end within the grace period. A message that
   * crosses the stop is still run: handed back, it would come to somebody else as a redelivery.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const waiting = this.#queue.removeAll();
    await this.#pull?.stop(); // First, or what is given back comes straight here again.
    for (const run of [...waiting, ...this.#queue.removeAll()]) {
      this.#release(run);
      this.#nak(run.delivery);
    }
    await this.#untilIdle(graceMs);
    for (const run of this.#runs) run.abort("shutdown", shutdownError(run, graceMs));
    await this.#untilIdle();
    await Promise.all(this.#refusing);
  }

  #admit(delivery: Delivery, message: DriverMessage): void {
    const mayBeRepeat = this.#consumer.mayBeRepeat(delivery);
    const run = new Run(this.#session, this.driver, delivery, message, mayBeRepeat);
    if (this.#abandonedKeys.has(run.resourceKey)) return this.#nakForLater(delivery);
    run.lease = this.#leases.keep(run.delivery, () => this.#loseLease(run));
    this.#runs.add(run);
    this.#queue.enter(run);
  }

  async #process(run: Run): Promise<void> {
    const startedAt = performance.now();
    const end = await this.#processor.execute(run);
    this.#queue.ran();
    this.#updateDemand();
    const settled = await this.#processor.settle(run, end);
    this.#release(run);
    await run.closeLogs();
    this.#count(run, settled, performance.now() - startedAt);
    if (end.abandoned) this.#abandon(run, end.abandoned);
    this.#queue.leave(run, end.abandoned !== undefined);
    this.#updateDemand();
    if (this.#queue.idle) this.#onIdle?.();
  }

  #loseLease(run: Run): void {
    if (!this.#queue.remove(run)) return run.abort("lease-lost", leaseLostError(run));
    this.#release(run);
    this.#count(run, { outcome: "lease-lost" }, 0);
  }

  /** A reconcile ignores its signal: nobody waits for it, but its resource does. */
  #abandon(run: Run, work: Promise<unknown>): void {
    this.#abandonedKeys.add(run.resourceKey);
    for (const waiting of this.#queue.removeKey(run.resourceKey)) {
      this.#release(waiting);
      this.#nakForLater(waiting.delivery);
    }
    this.#warn(
      "signal-ignored",
      `the reconcile of ${this.driver.name} for ${run.resourceKey} ignores its signal and goes on; its outcome is discarded, and ` +
        "the resource waits for it in this process",
    );
    void work.then(() => {
      this.#abandonedKeys.delete(run.resourceKey);
      this.#queue.freeKey(run.resourceKey);
    });
  }

  #refuse(delivery: Delivery, error: Error): void {
    this.#stats.poisoned++;
    const { subject, sequence, data } = delivery;
    const message = { driver: this.driver.name, subject, sequence, data, error };
    this.#session.emit({ type: "poison", message });
    const refusing = Promise.resolve(message)
      .then((poison) => this.#session.hooks.onPoison?.(poison))
      .catch((thrown) => this.#warn("hook-threw", `onPoison threw: ${messageOf(thrown)}`))
      .then(() => {
        delivery.term(`malformed message: ${error.message}`);
        this.#refusing.delete(refusing);
      });
    this.#refusing.add(refusing);
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
    if (!this.#stopping) this.#pull?.demand(this.#queue.free);
  }

  async #untilIdle(limitMs?: number): Promise<void> {
    if (this.#queue.idle) return;
    await new Promise<void>((resolve) => {
      const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
