/** Whether the number of an attempt is the number of the call. */

import type { RunRecord } from "./run_record.ts";
import type { Violations } from "./violation.ts";

/**
 * Checks the number that a process records for the next call of a reconcile, or tells it. It is one more than the calls that were
 * made; or one more than the bucket said when the process read it, where an earlier attempt was recorded and its process died or
 * lost its lease before the call.
 */
export function checkAttempt(
  violations: Violations,
  { event, driver, calls, counted, deliveredAt }: RunRecord,
  client: string,
  number: number,
  how: "records" | "is told",
): void {
  if (number <= calls.length + 1) return;
  const since = deliveredAt.get(client) ?? 0;
  const read = counted.some(({ at, client: by, count }, index) =>
    count >= number - 1 && (counted[index + 1]?.at ?? Infinity) >= since &&
    !(how === "is told" && by === client && at >= since && count === number)
  );
  if (read) return;
  violations.violate(
    "attempt",
    `event ${event.id} for ${driver}: ${client} ${how} attempt ${number} after ${calls.length} calls`,
  );
}
