/** Two calls of a reconcile for one event at the same time. */

import type { World } from "../world/world.ts";
import type { Call, RunRecord } from "./run_record.ts";
import type { Violations } from "./violation.ts";

/** Checks two calls for one event: at once if they run in one process, else when a lease that ran out must have been noticed. */
export function watchOverlap(
  world: World,
  violations: Violations,
  { event, driver }: RunRecord,
  first: Call,
  second: Call,
): void {
  const isOngoing = (call: Call) =>
    call.endedAt === undefined && !call.owner.dead && !call.signal.aborted;
  if (!isOngoing(first)) return;
  if (first.owner === second.owner) {
    return violations.violate(
      "twice-at-once",
      `event ${event.id} for ${driver} runs twice at once in ${first.owner.name}`,
    );
  }
  const toleranceMs = Math.max(first.ackWaitMs, second.ackWaitMs) * 0.15 + 200;
  world.after(toleranceMs, () => {
    if (!isOngoing(first) || !isOngoing(second) || first.excused || second.excused) return;
    if (first.owner.pausedUntil + toleranceMs > world.now) return;
    violations.violate(
      "two-leases",
      `event ${event.id} for ${driver} runs in ${first.owner.name} and ${second.owner.name} at once`,
    );
  });
}
