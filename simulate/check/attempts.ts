/** Whether the number of an attempt is the number of the call. */

import type { RunRecord } from "./run_record.ts";
import type { Violations } from "./violation.ts";

/** So many deliveries of an event may be on their way to one process, when each of its leases runs out before the next. */
const READS_AT_ONCE = 3;

/**
 * Checks the number that a process records for the next call of a reconcile, or tells it. It is one more than the calls that were
 * made; or one more than the bucket said when the process read it, where an earlier attempt was recorded and its process died or
 * lost its lease before the call. A process goes on from a number that it has told before.
 */
export function checkAttempt(
  violations: Violations,
  { event, driver, calls, counted }: RunRecord,
  client: string,
  number: number,
  how: "records" | "is told",
): void {
  const excess = number - calls.length - 1;
  if (excess <= 0) return;
  const read = counted.filter((one) => one.client === client).slice(-READS_AT_ONCE);
  if (read.some(({ count }) => count >= number - 1)) return;
  if (
    calls.some(({ owner, attempt }, before) =>
      owner.name === client && attempt - before - 1 >= excess
    )
  ) return;
  violations.violate(
    "attempt",
    `event ${event.id} for ${driver}: ${client} ${how} attempt ${number} after ${calls.length} calls`,
  );
}
