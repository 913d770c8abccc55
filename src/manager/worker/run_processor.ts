/** Takes a run from its slot to its acknowledgement: an outcome that is known already or an attempt, then the settlement. @module */

import type { Driver } from "../../driver.ts";
import { messageOf } from "../../errors.ts";
import { leaseLostError } from "../run/abort_errors.ts";
import { type AttemptEnd, executeAttempt } from "../run/attempt.ts";
import { failure, notYet } from "../run/outcome.ts";
import { startTrace } from "../run/start_trace.ts";
import { reportEnd } from "../run/report_attempt.ts";
import type { Run } from "../run/run.ts";
import type { ResourceLocks } from "../session/resource_locks.ts";
import type { Session } from "../session/session.ts";
import { OutcomeRecords } from "../settlement/outcome_records.ts";
import { settle, type Settled } from "../settlement/settle.ts";
import type { DriverStats } from "../stats.ts";
import { AckPendingMonitor } from "./ack_pending_monitor.ts";

/** What a processor reports of a run. */
export interface ProcessorListener {
  /** Waits for something outside without a slot, and for a slot after that. Without `wait`: until nothing else runs. */
  aside(run: Run, wait?: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Resolves when a stop has ended the pull: what is redelivered before would come back at once. */
  pullEnded(): Promise<void>;
  /** A run has its outcome, `durationMs` after it has started, and is about to settle. */
  onExecuted(run: Run, durationMs: number): void;
  /** Its result is on its way: the next run may start. */
  onSettling(): void;
  /** A run is settled. `abandoned` is the work of a reconcile that ignored its signal and goes on. */
  onEnded(
    run: Run,
    settled: Settled,
    durationMs: number,
    abandoned: Promise<unknown> | undefined,
  ): void;
}

/** Attempts beyond `maxAttempts` that may end without a word: in a crash or with a lost lease. */
const CRASHES_ALLOWED = 20;

/** Processes the runs of one driver. */
export class RunProcessor {
  readonly #session: Session;
  readonly #driver: Driver;
  readonly #stats: DriverStats;
  readonly #listener: ProcessorListener;
  readonly #records = new OutcomeRecords();
  readonly #ackPending: AckPendingMonitor;

  constructor(session: Session, driver: Driver, stats: DriverStats, listener: ProcessorListener) {
    this.#session = session;
    this.#driver = driver;
    this.#stats = stats;
    this.#listener = listener;
    this.#ackPending = new AckPendingMonitor(session, driver.name);
  }

  /** Executes and settles a run. Never rejects. */
  async process(run: Run): Promise<void> {
    const startedAt = performance.now();
    run.trace = startTrace(run);
    const doubted = run.lease?.decided();
    if (doubted) await doubted; // Its host has slept, perhaps, while it waited.
    const known = run.lease?.held === false
      ? { outcome: abandonedOutcome(run) }
      : run.mayBeRepeat
      ? await this.#known(run)
      : undefined;
    const { outcome, abandoned } = known ?? await this.#attempt(run);
    if (!known) reportEnd(run, outcome, performance.now() - startedAt);
    if (outcome.kind === "nak") await this.#listener.pullEnded();
    this.#listener.onExecuted(run, performance.now() - startedAt);
    const decided = run.lease?.decided();
    if (decided) await decided;
    const settling = settle(run, outcome, this.#records);
    this.#listener.onSettling();
    const settled = await settling;
    if (outcome.kind === "retry") this.#ackPending.delayed(outcome.delayMs);
    run.release();
    const closed = run.closeLogs();
    if (closed) await closed;
    run.trace?.end(settled.outcome, settled.reason);
    if (abandoned) void abandoned.then(() => run.end());
    else run.end();
    this.#listener.onEnded(run, settled, performance.now() - startedAt, abandoned);
  }

  /** What is known of a run that may be a repeat. `undefined` when it is to be attempted. */
  async #known(run: Run): Promise<AttemptEnd | undefined> {
    const made = this.#session.attempts.made(run.key);
    const outcome = await this.#records.find(run);
    if (outcome?.kind === "result") this.#stats.republished++;
    if (outcome) return { outcome };
    const { count, unfinished } = await made;
    run.attempt = 1 + count;
    run.takenOver = unfinished;
    // It, or what ran beside it, may have crashed its process: alone it cannot be blamed for another.
    if (unfinished) await this.#listener.aside(run);
    return run.abortCause && { outcome: abandonedOutcome(run) };
  }

  #attempt(run: Run): Promise<AttemptEnd> {
    const exhausted = run.mayBeRepeat ? this.#whyGivenUp(run) : undefined;
    if (exhausted !== undefined) return Promise.resolve({ outcome: failure(exhausted) });
    const { locks } = this.#session;
    return locks ? this.#attemptLocked(run, locks) : executeAttempt(run, this.#stats);
  }

  /** What ends without an outcome is bounded too: attempts that never throw, and deliveries that never become an attempt. */
  #whyGivenUp({ attempt, delivery }: Run): string | undefined {
    const { maxDeliveries, maxAttempts } = this.#session.options;
    const made = attempt - 1;
    if (made >= (this.#driver.maxAttempts ?? maxAttempts) + CRASHES_ALLOWED) {
      return `no outcome after ${made} attempts: each crashed its process or lost its lease`;
    }
    if (delivery.deliveryCount <= maxDeliveries) return undefined;
    return `no outcome after ${maxDeliveries} deliveries, of which ${made} became an attempt: no process could run the others`;
  }

  async #attemptLocked(run: Run, locks: ResourceLocks): Promise<AttemptEnd> {
    const owner = { driver: this.#driver.name, resource: run.resourceKey };
    const lose = () => run.abort("lease-lost", leaseLostError(run));
    try {
      const aside = (wait: (signal: AbortSignal) => Promise<void>) =>
        this.#listener.aside(run, wait);
      const lock = await locks.acquire(owner, run.signal, lose, aside);
      if (!lock) return { outcome: abandonedOutcome(run) };
      const end = await executeAttempt(run, this.#stats);
      await lock.release();
      return end;
    } catch (error) {
      const reason = `cannot acquire the lock of ${run.resourceKey}: ${messageOf(error)}`;
      return { outcome: notYet(reason, error) };
    }
  }
}

/** The outcome of a run that was aborted before its attempt. */
function abandonedOutcome({ abortCause }: Run): AttemptEnd["outcome"] {
  return { kind: abortCause === "shutdown" ? "nak" : "lease-lost" };
}
