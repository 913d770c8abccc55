/** Runs one driver on a bound consumer: takes messages in, lets them run, settles them. @module */

import { backoffMs } from "../backoff.ts";
import type { Driver } from "../driver.ts";
import { messageOf } from "../errors.ts";
import type { Delivery, Pull } from "../transport/transport.ts";
import { leaseLostError, makeAttempt, shutdownError } from "./attempt.ts";
import { AckBudget } from "./ack_budget.ts";
import type { RunEnd } from "./events.ts";
import { sortMessage } from "./intake.ts";
import { KeptOutcomes } from "./kept_outcomes.ts";
import { Lanes } from "./lanes.ts";
import { LeaseKeeper } from "./lease.ts";
import { failure, type Outcome } from "./outcome.ts";
import { Run } from "./run.ts";
import type { Session } from "./session.ts";
import { settle } from "./settle.ts";
import { type DriverStats, newDriverStats } from "./stats.ts";

/** How long to leave a message alone that this instance cannot take, in milliseconds. */
const NOT_NOW_MS = 2000;

const COUNTER: Record<RunEnd, keyof DriverStats> = {
  "succeeded": "succeeded",
  "failed": "failed",
  "retried": "retried",
  "dead-lettered": "deadLettered",
  "lease-lost": "leaseLost",
  "unconfirmed": "unconfirmed",
  "handed-back": "handedBack",
  "already-done": "alreadyDone",
};

/** One driver at work. */
export class Worker {
  readonly driver: Driver;
  readonly #session: Session;
  readonly #stats: DriverStats = newDriverStats();
  readonly #lanes: Lanes<Run>;
  readonly #leases: LeaseKeeper;
  readonly #kept = new KeptOutcomes();
  readonly #budget: AckBudget;
  readonly #runs = new Set<Run>();
  /** Lanes kept by reconciles that ignored their signal. */
  readonly #abandonedLanes = new Set<string>();
  #pull: Pull | undefined;
  #consumerCreatedMs = 0;
  #stopping = false;
  #onIdle: (() => void) | undefined;

  constructor(session: Session, driver: Driver) {
    this.#session = session;
    this.driver = driver;
    const { concurrency, ackWaitMs } = session.options;
    this.#lanes = new Lanes(concurrency, (run) => void this.#process(run));
    this.#leases = new LeaseKeeper({ ackWaitMs });
    this.#budget = new AckBudget(session, driver.name);
  }

  /** What it has counted, and what is going on. */
  get stats(): DriverStats {
    this.#stats.running = this.#lanes.running;
    this.#stats.waiting = this.#lanes.waiting;
    this.#stats.settling = this.#lanes.settling;
    this.#stats.abandoned = this.#abandonedLanes.size;
    return { ...this.#stats };
  }

  /** Starts to take messages from a pull; those stored before the consumer was made may be repeats. */
  bind(pull: Pull, consumerCreatedMs: number): void {
    this.#stats.bound++;
    this.#pull = pull;
    this.#consumerCreatedMs = consumerCreatedMs;
    this.#updateDemand();
  }

  /** The pull is gone; what runs goes on. */
  unbind(): void {
    this.#pull = undefined;
  }

  /** Takes a message in. Never throws. */
  receive(delivery: Delivery): void {
    this.#stats.received++;
    if (this.#stopping) return this.#handBack(delivery, 0);
    const intake = sortMessage(this.driver, delivery);
    switch (intake.kind) {
      case "filtered":
        this.#stats.filtered++;
        delivery.ack();
        break;
      case "poison":
        void this.#refusePoison(delivery, intake.error);
        break;
      case "not-ours":
        this.#tellNotOurs(intake.resourceType);
        this.#handBack(delivery, NOT_NOW_MS);
        break;
      case "run":
        this.#admit(new Run(this.#session, this.driver, delivery, intake.message));
    }
    this.#updateDemand();
  }

  /** Stops: nothing new is taken in, what waits is given back, and what runs has the grace period to end. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const run of this.#lanes.withdrawAll()) {
      this.#release(run);
      this.#handBack(run.delivery, 0);
    }
    await this.#pull?.stop();
    await this.#untilIdle(graceMs);
    for (const run of this.#runs) run.abort("shutdown", shutdownError(run, graceMs));
    await this.#untilIdle();
  }

  #admit(run: Run): void {
    if (this.#abandonedLanes.has(run.lane)) return this.#handBack(run.delivery, NOT_NOW_MS);
    run.lease = this.#leases.keep(run.delivery, () => this.#loseLease(run));
    this.#runs.add(run);
    this.#lanes.enter(run);
  }

  #loseLease(run: Run): void {
    if (this.#lanes.withdraw(run)) {
      this.#release(run);
      this.#count(run, { outcome: "lease-lost" });
      return;
    }
    run.abort("lease-lost", leaseLostError(run));
  }

  async #process(run: Run): Promise<void> {
    const startedAt = performance.now();
    const known = this.#mayBeRepeat(run) ? await this.#recall(run) : undefined;
    const end = known ? { outcome: known } : await this.#reconcile(run);
    this.#lanes.ran();
    this.#updateDemand();
    const settled = await settle(run, end.outcome, this.#kept);
    if (end.outcome.kind === "retry") this.#budget.delayed(end.outcome.delayMs);
    this.#release(run);
    await run.closeLogs();
    if (end.abandoned) this.#abandon(run, end.abandoned);
    this.#lanes.leave(run, end.abandoned !== undefined);
    this.#count(run, settled, performance.now() - startedAt);
    this.#updateDemand();
    if (this.#lanes.idle) this.#onIdle?.();
  }

  async #reconcile(run: Run) {
    const { maxDeliveries, maxAttempts } = this.#session.options;
    const limit = maxDeliveries ?? (this.driver.maxAttempts ?? maxAttempts) + 10;
    if (run.attempt > limit) {
      return {
        outcome: failure(
          `given up after ${limit} deliveries that came to no end: each crashed its process, lost its lease or was handed back`,
        ),
      };
    }
    if (!this.#session.locks) {
      this.#session.tell({ type: "run-started", run: run.ref });
      return await makeAttempt(run, this.#stats);
    }
    return await this.#reconcileLocked(run, this.#session.locks);
  }

  async #reconcileLocked(run: Run, locks: NonNullable<Session["locks"]>) {
    try {
      const owner = { driver: this.driver.name, resource: run.lane };
      const lock = await locks.acquire(
        owner,
        run.signal,
        () => run.abort("lease-lost", leaseLostError(run)),
      );
      if (!lock) return { outcome: { kind: "hand-back" } as const };
      this.#session.tell({ type: "run-started", run: run.ref });
      const end = await makeAttempt(run, this.#stats);
      await lock.release();
      return end;
    } catch (error) {
      const outcome: Outcome = { kind: "retry", delayMs: NOT_NOW_MS, reason: messageOf(error) };
      return { outcome };
    }
  }

  /** Whether an earlier delivery may have come to an outcome: this one is not the first, or the consumer was made anew. */
  #mayBeRepeat({ delivery }: Run): boolean {
    return delivery.deliveryCount > 1 || delivery.timestampMs < this.#consumerCreatedMs;
  }

  async #recall(run: Run): Promise<Outcome | undefined> {
    const kept = this.#kept.take(run.resultId, run.delivery.deliveryCount);
    if (kept) {
      this.#stats.republished++;
      return kept;
    }
    try {
      const remembered = await this.#session.journal?.recall(run.key);
      if (!remembered) return undefined;
      if (!remembered.republish) return { kind: "already-done" };
      this.#stats.republished++;
      const { result, giveUp } = remembered;
      return { kind: "result", result, ...(giveUp !== undefined && { giveUp }) };
    } catch (error) {
      const reason = `the journal could not be read: ${messageOf(error)}`;
      return { kind: "retry", delayMs: NOT_NOW_MS, reason };
    }
  }

  #abandon(run: Run, work: Promise<unknown>): void {
    this.#abandonedLanes.add(run.lane);
    for (const waiting of this.#lanes.withdrawLane(run.lane)) {
      this.#release(waiting);
      this.#handBack(waiting.delivery, NOT_NOW_MS);
    }
    this.#session.tell({
      type: "warning",
      code: "signal-ignored",
      driver: this.driver.name,
      message:
        `the reconcile of ${this.driver.name} for ${run.lane} ignores its signal and goes on; ` +
        "its outcome is discarded, and the resource waits for it in this process",
    });
    void work.then(() => {
      this.#abandonedLanes.delete(run.lane);
      this.#lanes.freeLane(run.lane);
    });
  }

  async #refusePoison(delivery: Delivery, error: Error): Promise<void> {
    this.#stats.poisoned++;
    const { subject, sequence, data } = delivery;
    const message = { driver: this.driver.name, subject, sequence, data, error };
    this.#session.tell({ type: "poison", message });
    try {
      await this.#session.hooks.onPoison?.(message);
    } catch (thrown) {
      this.#warn("hook-threw", `onPoison threw: ${messageOf(thrown)}`);
    }
    delivery.term(`malformed message: ${error.message}`);
  }

  #handBack(delivery: Delivery, delayMs: number): void {
    this.#stats.handedBack++;
    delivery.nak(delayMs === 0 ? undefined : backoffMs(1, { initialMs: delayMs, jitter: "none" }));
  }

  #tellNotOurs(type: string): void {
    this.#warn(
      "not-ours",
      `an event of resource type ${type} came to ${this.driver.name}, which does not list it in this process; ` +
        "it is handed back for an instance that does",
    );
  }

  #warn(code: string, message: string): void {
    this.#session.tell({ type: "warning", code, message, driver: this.driver.name });
  }

  #release(run: Run): void {
    run.lease?.release();
    this.#runs.delete(run);
  }

  #count(run: Run, settled: { outcome: RunEnd; reason?: string }, durationMs = 0): void {
    this.#stats[COUNTER[settled.outcome]]++;
    this.#session.tell({ type: "run-ended", run: run.ref, durationMs, ...settled });
  }

  #updateDemand(): void {
    if (!this.#stopping) this.#pull?.demand(this.#lanes.free);
  }

  async #untilIdle(limitMs?: number): Promise<void> {
    if (this.#lanes.idle) return;
    await new Promise<void>((resolve) => {
      const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
