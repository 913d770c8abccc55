/** Whether an event was settled only once its result was stored. */

import { MOST_ATTEMPTS } from "../plan/plan.ts";
import type { Ledger } from "./ledger.ts";
import type { Call, RunRecord } from "./run_record.ts";

/** With so much time on a connection, a process corrects a record whose result was not confirmed, in milliseconds. */
const CORRECTS_MS = 15_000;
/** Three quarters of the duplicate window of the results' stream, in milliseconds. */
const MOST_OF_WINDOW_MS = 90_000;

/** Checks that what settles an event has a reason. */
export function checkSettled(
  ledger: Ledger,
  run: RunRecord,
  how: "ack" | "term",
  client: string,
): void {
  const { event, driver, runId, calls, stored } = run;
  if (event.kind !== "run") return;
  const isV1 = ledger.plan.protocol === "v1";
  const done = isV1 ? calls.some(hasEnded) || hasFailedValidation(ledger, run) : stored.length > 0;
  // An event that is no longer wanted is dropped.
  if (ledger.api?.supersededAt(runId) !== undefined && how === "ack") return;
  if (done || isV1 && how === "term" || isNamedGap(ledger, run)) return;
  ledger.violate(
    "acked-before-result",
    `event ${event.id} for ${driver} was settled (${how}) by ${client}, and no result is stored`,
  );
}

/** Whether its spec was not validated as often as attempts may fail. */
function hasFailedValidation(
  { plan: { managers } }: Ledger,
  { driver, timesDelivered }: RunRecord,
): boolean {
  return managers.flatMap(({ drivers }) => drivers).some((
    { name, validator, maxAttempts = MOST_ATTEMPTS },
  ) =>
    name === driver && validator !== undefined && validator !== "passes" &&
    timesDelivered >= maxAttempts
  );
}

/** Whether an attempt has come to its end: by itself, or by its time-out. Without results, that may be the last one's whole trace. */
function hasEnded({ ended, signal }: Call): boolean {
  return ended !== undefined || (signal.reason as Error | undefined)?.name === "TimeoutError";
}

/**
 * The gap that docs/delivery.md names: the server took the record of a result and not the result, its process died or was cut off
 * before it could correct the record, and three quarters of the duplicate window are over.
 */
function isNamedGap(
  { world, breaks }: Ledger,
  { refused, record, recordedAt = Infinity }: RunRecord,
): boolean {
  return record?.unconfirmed === false && world.now - recordedAt >= MOST_OF_WINDOW_MS &&
    refused.some(({ owner, at }) =>
      owner?.dead ||
      breaks.longestWithout([owner?.name ?? ""], at, at + MOST_OF_WINDOW_MS) < CORRECTS_MS
    );
}
