/** One attempt at a run: calls the reconcile within its limits and returns the outcome. @module */

import type { Limits } from "../../async/deadline.ts";
import { startTimer } from "../../async/long_timer.ts";
import { hasCode, isErrorLike, messageOf } from "../../errors.ts";
import { captureConsole } from "../../logger/capture_console.ts";
import type { Resource } from "../../protocol/resources/resource.ts";
import { supersededError, timeoutError } from "./abort_errors.ts";
import { RunContext } from "./run_context.ts";
import { reportStart } from "./report_attempt.ts";
import { extraFields, failure, type Outcome, outcomeOfReturn, outcomeOfThrow } from "./outcome.ts";
import type { AbortCause, Run } from "./run.ts";
import { validateSpec } from "./validate_spec.ts";
import { hookLimits } from "../hook_limits.ts";
import type { DriverStats } from "../stats.ts";

/** How an attempt ended. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  /** Settles when a reconcile that ignored its signal ends after all; `undefined` when none goes on. */
  readonly abandoned?: Promise<unknown>;
}

/** Executes one attempt at a run that is still wanted. Never rejects. */
export async function executeAttempt(run: Run, stats: DriverStats): Promise<AttemptEnd> {
  const asked = run.session.staleness?.beforeAttempt(run);
  if (asked) {
    const why = await asked;
    if (why !== undefined) {
      run.session.attempts.end({ key: run.key, number: run.attempt, redelivered: true });
      run.abort("superseded", supersededError(run, why));
    }
    if (run.abortCause) return { outcome: outcomeOfAbort(run, run.abortCause) };
  }
  reportStart(run);
  let resource: Resource = run.message.resource;
  const { driver: { spec }, session: { inContext } } = run;
  if (spec) {
    try {
      const checked = await inContext(() =>
        validateSpec(spec, resource.spec, () => validatorLimits(run))
      );
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
  return await countAttempt(run, () => {
    const cancelTimeout = startTimeout(run, stats);
    const work = callReconcile(run, new RunContext(run, resource, () => stats.emitted++));
    return endOf(run, work, cancelTimeout);
  });
}

/** Counts the attempt that `execute` makes. */
async function countAttempt(run: Run, execute: () => Promise<AttemptEnd>): Promise<AttemptEnd> {
  const { key, attempt: number, delivery, session: { attempts } } = run;
  const attempt = { key, number, redelivered: number > 1 || delivery.deliveryCount > 1 };
  const recorded = attempts.begin(attempt);
  if (recorded) await recorded;
  const aborted = recorded && run.abortCause;
  const end = aborted ? { outcome: outcomeOfAbort(run, aborted) } : await execute();
  const { kind } = end.outcome;
  if (kind === "result" || kind === "superseded") attempts.end(attempt);
  else {
    const stopped = aborted !== undefined || kind === "nak";
    const how = stopped ? "stopped" : kind === "lease-lost" ? "lost" : "failed";
    const ended = attempts.endWithoutResult(attempt, how);
    if (kind !== "lease-lost") await ended; // Another process has the run by then, and the connection may be away.
  }
  return end;
}

function validatorLimits(run: Run): Limits {
  return hookLimits(
    `wait for the spec validator of ${run.driver.name}`,
    run.session.options,
    run.signal,
  );
}

/** The outcome of a validator that threw. That is no attempt, so its failures are counted instead. */
function validatorOutcome(run: Run, thrown: unknown): Outcome {
  run.logger.own("error", "the spec validator threw", thrown);
  return outcomeOfThrow(thrown, run.session.attempts.failedValidation(run.key), retryPolicy(run));
}

async function callReconcile(run: Run, context: RunContext): Promise<Outcome> {
  try {
    const { driver, session: { hooks, inContext } } = run;
    const call = async () => await driver.reconcile(context);
    const traced = run.trace ? () => run.trace!.reconcile(run.attempt, call) : call;
    const returned = await inContext(() =>
      hooks.captureConsole
        ? captureConsole(run.logger, traced)
        : run.trace
        ? traced()
        : driver.reconcile(context)
    );
    warnOfExtraFields(run, returned);
    return outcomeOfReturn(driver.name, returned);
  } catch (thrown) {
    return thrownOutcome(run, thrown);
  }
}

/** The run has done its work: what cannot be stored must not make it a failure. */
function warnOfExtraFields(run: Run, returned: unknown): void {
  const extra = extraFields(returned);
  if (extra.length === 0) return;
  run.logger.own(
    "warn",
    `the result's ${extra.map((name) => JSON.stringify(name)).join(", ")} is not stored: ` +
      "a result has success, message and data; move it into data",
  );
}

function thrownOutcome(run: Run, thrown: unknown): Outcome {
  // A verdict of the driver's own stays one. Anything else that it throws once it knows of the shutdown is our doing.
  const isVerdict = hasCode(thrown, "non-retryable") || hasCode(thrown, "retry-after");
  const isRedelivered = run.abortCause === undefined && run.knowsOfShutdown && !isVerdict;
  if (run.abortCause === undefined && isErrorLike(thrown)) {
    const suffix = isRedelivered
      ? " after the manager began to stop; its event is redelivered"
      : "";
    const level = isRedelivered ? "info" : "error";
    run.logger.own(level, `attempt ${run.attempt} threw${suffix}`, thrown);
  }
  if (isRedelivered) return { kind: "nak" };
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
function endOf(
  run: Run,
  work: Promise<Outcome>,
  cancelTimeout: () => void,
): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    let cancelGrace = () => {};
    run.onAbort = (cause) => {
      cancelGrace = startTimer(
        run.session.options.abortGraceMs,
        () => {
          cancelTimeout();
          resolve({ outcome: outcomeOfAbort(run, cause), abandoned: work });
        },
      );
    };
    void work.then((outcome) => {
      cancelTimeout();
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
  if (cause === "superseded") return { kind: "superseded", reason: messageOf(run.signal.reason) };
  return outcomeOfThrow(run.signal.reason, run.attempt, retryPolicy(run));
}
