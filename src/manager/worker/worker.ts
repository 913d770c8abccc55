/** One driver at work on its consumer: admits messages, runs them, and redelivers those that it cannot take. @module */

import type { Moment } from "../../async/sleep_clock.ts";
import type { Driver } from "../../driver.ts";
import type { DriverMessage } from "../../protocol/driver_message.ts";
import type { ConsumerInfo, Delivery, Pull } from "../../transport/transport.ts";
import { leaseLostError, shutdownError, supersededError } from "../run/abort_errors.ts";
import { LeaseKeeper } from "../run/lease_keeper.ts";
import { reportSettled } from "../run/report_attempt.ts";
import { Run } from "../run/run.ts";
import type { Session } from "../session/session.ts";
import type { Settled } from "../settlement/settle.ts";
import { type DriverStats, END_COUNTERS, newDriverStats } from "../stats.ts";
import { Asides } from "./asides.ts";
import { classifyMessage } from "./classify_message.ts";
import { type ConsumerListener, ConsumerMonitor } from "./consumer_monitor.ts";
import { GuardedDelivery } from "./guarded_delivery.ts";
import { HeldRuns } from "./held_runs.ts";
import { FREE_SETTLING, KeyedQueue } from "./keyed_queue.ts";
import { mostAhead, ReadAhead } from "./read_ahead.ts";
import { RunPace } from "./run_pace.ts";
import { RunProcessor } from "./run_processor.ts";
import { SkippedMessages } from "./skipped_messages.ts";
import { StreamIdentity } from "./stream_identity.ts";
import { ignoredSignalWarning, replacedStreamWarning } from "./warnings.ts";

/** One driver at work. */
export class Worker {
  readonly driver: Driver;
  /** Which stream its deliveries belong to. */
  readonly stream: StreamIdentity;
  readonly runs: HeldRuns = new HeldRuns();
  readonly leases: LeaseKeeper;
  readonly #session: Session;
  readonly #stats: DriverStats = newDriverStats();
  readonly #queue: KeyedQueue<Run>;
  readonly #pace: RunPace;
  readonly #ahead: ReadAhead<Run>;
  readonly #processor: RunProcessor;
  readonly #consumer: ConsumerMonitor;
  readonly #skipped: SkippedMessages;
  readonly #asides: Asides;
  #pull: Pull | undefined;
  #stopping = false;
  #onPullEnded: () => void = () => {};

  constructor(session: Session, driver: Driver) {
    this.#session = session;
    this.driver = driver;
    const { options: { concurrency, ackWaitMs } } = session;
    this.#pace = new RunPace(concurrency, concurrency + Math.max(concurrency, FREE_SETTLING));
    this.#ahead = new ReadAhead({
      most: mostAhead(session.options),
      pace: this.#pace,
      onOverdue: (runs) => this.#nakOverdue(runs),
      held: () => this.runs,
      connected: () => this.stream.connected,
    });
    this.leases = new LeaseKeeper({
      ackWaitMs,
      onUnconfirmed: () => void this.#consumer.check(),
      onRenewed: () => this.#stats.leaseRenewals++,
      onRenewing: () => {
        void this.#consumer.check();
        void session.staleness?.whileRunning(
          this.runs,
          (run, why) => run.abort("superseded", supersededError(run, why)),
        );
      },
      onSweep: () => session.attempts.recordLong(),
      askTime: () => this.#consumer.askTime(),
    });
    this.#consumer = new ConsumerMonitor(session, driver.name, this.leases);
    this.stream = new StreamIdentity(session, (at) => this.#onStreamReplaced(at));
    this.#skipped = new SkippedMessages(session, driver, this.#stats);
    const pullEnded = new Promise<void>((resolve) => this.#onPullEnded = resolve);
    this.#processor = new RunProcessor(session, driver, this.#stats, {
      pullEnded: () => pullEnded,
      aside: (run, wait) => this.#asides.wait(run, wait),
      onExecuted: (run, durationMs) => {
        this.#pace.ran(durationMs);
        this.#queue.ran(run);
        this.#updateDemand();
      },
      onSettling: () => this.#queue.startReady(),
      onEnded: (run, settled, durationMs, abandoned) => {
        this.runs.delete(run);
        this.#ahead.ended(run);
        this.#pace.settled(durationMs);
        this.#count(run, settled, durationMs);
        if (abandoned) this.#abandon(run, abandoned);
        else this.#queue.leave(run);
        this.#updateDemand();
      },
    });
    this.#queue = new KeyedQueue(concurrency, (run) => {
      this.#ahead.delete(run);
      void this.#processor.process(run);
    });
    this.#asides = new Asides(this.#queue, () => this.#updateDemand());
  }

  /** What it has counted, and what is going on. */
  get stats(): DriverStats {
    const { running, waiting, paused, settling, abandoned } = this.#queue;
    const started = { running: running + paused, waiting: waiting - paused };
    return { ...this.#stats, ...started, settling, abandoned };
  }

  /** How long its pull has heard nothing of the broker although it waits for messages, in milliseconds; 0 when that is not known. */
  get silentMs(): number {
    const { activeAt = Infinity } = this.#pull ?? {};
    return this.#queue.free > 0 ? Math.max(0, performance.now() - activeAt) : 0;
  }

  /** Starts to take messages from a pull on a consumer that was asked for at that moment. */
  bind(pull: Pull, consumer: ConsumerInfo, asked: Moment, listener: ConsumerListener): void {
    this.#stats.bound++;
    this.#pull = pull;
    const replacedAt = this.#consumer.bound(consumer, asked, listener);
    if (replacedAt !== undefined) this.#detach(replacedAt);
    this.#updateDemand();
  }

  /**
   * The pull has ended; running reconciles go on. Where its consumer is deleted, an interest stream may have deleted their messages
   * with it, and they are the only chance of a result. Runs after `replacedAt` have another consumer.
   */
  unbind(consumerGone: boolean, replacedAt?: number): void {
    this.#pull = undefined;
    this.#consumer.unbound();
    this.stream.doubt();
    if (consumerGone) this.#detach(replacedAt);
  }

  /** The connection is restored. */
  async reconnected(): Promise<void> {
    for (const run of this.runs) run.mayBeRepeat = true; // A broker that was killed may have forgotten its delivery.
    await this.#consumer.reconnected();
  }

  /** Takes a message in, which the broker has delivered after `requestedAt`. Never throws. */
  receive(message: Delivery, requestedAt?: number): void {
    const delivery = new GuardedDelivery(message, this.stream);
    this.#stats.received++;
    const classified = classifyMessage(this.driver, delivery);
    if (classified.kind === "run") this.#admit(delivery, classified.message, requestedAt);
    else {
      const lease = delivery.lease = this.leases.keep(delivery, () => {}, requestedAt);
      this.#skipped.skip(delivery, classified, lease);
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
    this.#onPullEnded();
    this.#asides.end();
    this.#redeliver([...waiting, ...this.#queue.removeAll()]);
    await this.#queue.untilIdle(graceMs);
    for (const run of this.runs) run.abort("shutdown", shutdownError(run, graceMs));
    await this.#queue.untilIdle(Infinity);
    this.leases.close();
    this.#ahead.close();
    this.#consumer.unbound();
    await this.#skipped.settled();
    await this.stream.settled();
  }

  #admit(delivery: GuardedDelivery, message: DriverMessage, requestedAt?: number): void {
    const mayBeRepeat = this.#consumer.mayBeRepeat(delivery);
    const run = new Run(this.#session, this.driver, delivery, message, mayBeRepeat);
    for (const former of this.runs.detachedLike(run)) this.#dropWaiting(former);
    // It was on its way, or in the socket of a paused process, for so long that another process may have it by now.
    const decided = this.leases.decided(requestedAt);
    if (decided && !this.#stopping) {
      return void decided.then(() => this.#stopping || this.#admit(delivery, message, requestedAt));
    }
    if (this.leases.isOver(requestedAt) || this.runs.holdCopyOf(run)) {
      return this.#count(run, { outcome: "lease-lost" }, 0);
    }
    run.lease = delivery.lease = this.leases.keep(delivery, () => {
      if (!this.#dropWaiting(run)) run.abort("lease-lost", leaseLostError(run));
    }, requestedAt);
    if (this.#queue.isAbandoned(run.resourceKey)) return this.#redeliver([run], "later");
    this.runs.add(run);
    if (delivery.deliveryCount > 1) void this.#consumer.check(); // Its ack wait may have become shorter.
    if (this.#queue.enter(run)) this.#ahead.add(run);
  }

  /** Runs have turned out long while messages waited for a slot: another instance may have one. */
  #nakOverdue(runs: Run[]): void {
    for (const run of runs) this.#queue.remove(run);
    this.#updateDemand(); // First, or the broker would redeliver here.
    this.#redeliver(runs);
  }

  #redeliver(runs: readonly Run[], when?: "later"): void {
    for (const run of runs) if (this.#release(run)) this.#skipped.redeliver(run.delivery, when);
  }

  #dropWaiting(run: Run): boolean {
    if (!this.#queue.remove(run)) return false;
    this.#release(run);
    this.#count(run, { outcome: "lease-lost" }, 0);
    return true;
  }

  /** A reconcile ignores its signal: its slot is free, but its resource waits for it. */
  #abandon(run: Run, work: Promise<unknown>): void {
    this.#redeliver(this.#queue.abandon(run), "later");
    this.#session.emit(ignoredSignalWarning(this.driver, run.resourceKey));
    void work.then(() => this.#queue.freeAbandoned(run.resourceKey));
  }

  #onStreamReplaced(replacedAt: number): void {
    const detached = this.#detach(replacedAt);
    if (detached > 0) this.#session.emit(replacedStreamWarning(this.driver, detached));
    void this.#consumer.check();
  }

  #detach(replacedAt: number = Infinity): number {
    return this.runs.detach(replacedAt, (run) => this.#ahead.delete(run)); // It cannot be redelivered, however long it waits.
  }

  /** A waiting run will not start here. Returns whether its lease is held: otherwise another process may have its message. */
  #release(run: Run): boolean {
    this.runs.delete(run);
    this.#ahead.delete(run);
    return run.release();
  }

  #count(run: Run, settled: Settled, durationMs: number): void {
    this.#stats[END_COUNTERS[settled.outcome]]++;
    reportSettled(run, settled, durationMs);
  }

  #updateDemand(): void {
    if (this.#stopping) return;
    this.#pull?.demand(this.#queue.free, this.leases.requestMs, this.#ahead.wanted);
  }
}
