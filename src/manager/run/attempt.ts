/** One attempt at a run: calls the reconcile within its limits and returns the outcome. @module */

import { startTimer } from "../../async/long_timer.ts";
import { isErrorLike } from "../../errors.ts";
import { captureConsole } from "../../logger/capture_console.ts";
import type { AttemptCounts } from "./attempt_counts.ts";
import type { Resource } from "../../protocol/resource.ts";
import { timeoutError } from "./abort_errors.ts";
import { RunContext } from "./run_context.ts";
import { failure, type Outcome, outcomeOfReturn, outcomeOfThrow } from "./outcome.ts";
import type { AbortCause, Run } from "./run.ts";
import { validateSpec } from "./validate_spec.ts";
import type { DriverStats } from "../stats.ts";

/** How an attempt ended. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  /** Settles when a reconcile that ignored its signal ends after all; `undefined` when none goes on. */
  readonly abandoned?: Promise<unknown>;
}

/** An attempt that goes on so long is recorded although it is the first, in milliseconds. */
const LONG_MS = 1000;

/** Executes one attempt at a run. Never rejects. */
export async function executeAttempt(
  run: Run,
  stats: DriverStats,
  counts: AttemptCounts,
): Promise<AttemptEnd> {
  run.session.emit({ type: "run-started", run: run.ref });
  let resource: Resource = run.message.resource;
  if (run.driver.spec) {
    try {
      const checked = await validateSpec(run.driver.spec, resource.spec, {
        action: `wait for the spec validator of ${run.driver.name}`,
        signal: run.signal,
        timeoutMs: run.session.options.hookTimeoutMs,
      });
      if ("issues" in checked) {
        return {
          outcome: failure(`invalid spec of ${run.resourceKey}: ${checked.issues}`),
        };
      }
      resource = { ...resource, spec: checked.spec };
    } catch (thrown) {
      const cause = run.abortCause;
      return { outcome: cause ? outcomeOfAbort(run, cause) : validatorOutcome(run, thrown) };
    }
  }
  const context = new RunContext(run, resource, () => stats.emitted++);
  const { attempt } = run;
  if (run.mayBeRepeat) await counts.record(run, attempt);
  let recorded = run.mayBeRepeat;
  const cancelRecord = recorded ? () => {} : startTimer(LONG_MS, () => {
    recorded = true;
    void counts.record(run, attempt);
  });
  const cancelTimeout = startTimeout(run, stats);
  const end = await endOf(run, callReconcile(run, context));
  cancelTimeout();
  cancelRecord();
  const { kind } = end.outcome;
  if (kind === "nak") {
    // Stopped by the manager: it does not count.
    if (recorded) await counts.record(run, attempt - 1);
  } else if (kind === "retry" && !recorded) await counts.record(run, attempt);
  else if (kind === "lease-lost" && !recorded) void counts.record(run, attempt);
  else if (kind === "result") counts.forget(run);
  return end;
}

/** The outcome of a validator that threw. That is no attempt, so its deliveries are counted instead. */
function validatorOutcome(run: Run, thrown: unknown): Outcome {
  run.logger.error("the spec validator threw", isErrorLike(thrown) ? thrown : undefined);
  return outcomeOfThrow(thrown, run.delivery.deliveryCount, retryPolicy(run));
}

async function callReconcile(run: Run, context: RunContext): Promise<Outcome> {
  try {
    const { driver, session } = run;
    const returned = session.hooks.captureConsole
      ? await captureConsole(run.logger, async () => await driver.reconcile(context))
      : await driver.reconcile(context);
    return outcomeOfReturn(driver.name, returned);
  } catch (thrown) {
    return thrownOutcome(run, thrown);
  }
}

function thrownOutcome(run: Run, thrown: unknown): Outcome {
  if (run.abortCause === undefined && isErrorLike(thrown)) {
    run.logger.error(`attempt ${run.attempt} threw`, thrown);
  }
  return outcomeOfThrow(thrown, run.attempt, retryPolicy(run));
}

function retryPolicy({ driver, session }: Run) {
  const { maxAttempts, backoff } = session.options;
  return {
    maxAttempts: driver.maxAttempts ?? maxAttempts,
    backoff: driver.backoff ?? backoff,
  };
}

function startTimeout(run: Run, stats: DriverStats): () => void {
  const timeoutMs = run.driver.timeoutMs ?? run.session.options.timeoutMs ?? Infinity;
  if (timeoutMs === Infinity) return () => {};
  return startTimer(timeoutMs, () => {
    stats.timedOut++;
    run.abort("timeout", timeoutError(run, timeoutMs));
  });
}

/** Settles with the handler, or `abortGraceMs` after the abort. */
function endOf(run: Run, work: Promise<Outcome>): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    let cancelGrace = () => {};
    run.onAbort = (cause) => {
      cancelGrace = startTimer(
        run.session.options.abortGraceMs,
        () => resolve({ outcome: outcomeOfAbort(run, cause), abandoned: work }),
      );
    };
    void work.then((outcome) => {
      cancelGrace();
      run.onAbort = undefined;
      resolve({
        outcome: run.abortCause ? outcomeAfterAbort(run, run.abortCause, outcome) : outcome,
      });
    });
    if (run.abortCause) run.onAbort(run.abortCause);
  });
}

/** The outcome of a reconcile that ended after its signal had aborted. */
function outcomeAfterAbort(run: Run, cause: AbortCause, outcome: Outcome): Outcome {
  // The lease is still held, so a result that comes within the grace period is kept.
  const finished = outcome.kind === "result" && outcome.deadLetterReason === undefined;
  return cause === "shutdown" && finished ? outcome : outcomeOfAbort(run, cause);
}

function outcomeOfAbort(run: Run, cause: AbortCause): Outcome {
  if (cause === "lease-lost") return { kind: "lease-lost" };
  if (cause === "shutdown") return { kind: "nak" };
  return outcomeOfThrow(run.signal.reason, run.attempt, retryPolicy(run));
}
