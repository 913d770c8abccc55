/** One run's way: an outcome that is known already, or an attempt, and then its settling. @module */

import type { Driver } from "../../driver.ts";
import { messageOf } from "../../errors.ts";
import { AckPendingMonitor } from "./ack_pending_monitor.ts";
import { type AttemptEnd, leaseLostError, makeAttempt } from "../run/attempt.ts";
import { OutcomeRecords } from "../settlement/outcome_records.ts";
import { failure } from "../run/outcome.ts";
import type { ResourceLocks } from "../session/resource_locks.ts";
import type { Run } from "../run/run.ts";
import type { Session } from "../session/session.ts";
import { settle, type Settled } from "../settlement/settle.ts";
import type { DriverStats } from "../stats.ts";

/** How long to leave a message alone when its resource's lock cannot be had, in milliseconds. */
const LOCK_RETRY_MS = 2000;

/** Takes the runs of one driver to their ends. */
export class RunProcessor {
  readonly #session: Session;
  readonly #driver: Driver;
  readonly #stats: DriverStats;
  readonly #records = new OutcomeRecords();
  readonly #ackPending: AckPendingMonitor;

  constructor(session: Session, driver: Driver, stats: DriverStats) {
    this.#session = session;
    this.#driver = driver;
    this.#stats = stats;
    this.#ackPending = new AckPendingMonitor(session, driver.name);
  }

  /** Comes to an outcome. Never rejects. */
  async execute(run: Run): Promise<AttemptEnd> {
    if (run.mayBeRepeat) {
      const outcome = await this.#records.find(run);
      if (outcome?.kind === "result") this.#stats.republished++;
      if (outcome) return { outcome };
    }
    const { locks, options: { maxDeliveries, maxAttempts } } = this.#session;
    const limit = maxDeliveries ?? (this.#driver.maxAttempts ?? maxAttempts) + 20;
    if (run.attempt > limit) {
      const message = `given up after ${limit} deliveries that came to no end: each crashed its ` +
        "process, lost its lease or was handed back";
      return { outcome: failure(message) };
    }
    return locks ? await this.#attemptLocked(run, locks) : await this.#attempt(run);
  }

  /** Settles a run by its outcome. Never rejects. */
  async settle(run: Run, { outcome }: AttemptEnd): Promise<Settled> {
    const settled = await settle(run, outcome, this.#records);
    if (outcome.kind === "retry") this.#ackPending.delayed(outcome.delayMs);
    return settled;
  }

  #attempt(run: Run): Promise<AttemptEnd> {
    this.#session.emit({ type: "run-started", run: run.ref });
    return makeAttempt(run, this.#stats);
  }

  async #attemptLocked(run: Run, locks: ResourceLocks): Promise<AttemptEnd> {
    const owner = { driver: this.#driver.name, resource: run.resourceKey };
    const lose = () => run.abort("lease-lost", leaseLostError(run));
    try {
      const lock = await locks.acquire(owner, run.signal, lose);
      if (!lock) {
        return { outcome: { kind: run.abortCause === "shutdown" ? "nak" : "lease-lost" } };
      }
      const end = await this.#attempt(run);
      await lock.release();
      return end;
    } catch (error) {
      const reason = `the lock of ${run.resourceKey} could not be had: ${messageOf(error)}`;
      return { outcome: { kind: "retry", delayMs: LOCK_RETRY_MS, reason } };
    }
  }
}
