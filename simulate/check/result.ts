/** Whether a stored result is one that the calls came to. */

import type { Plan } from "../plan/plan.ts";
import type { RunRecord } from "./run_record.ts";
import type { Violations } from "./violation.ts";

/** Checks a result against the calls of its run. */
export function checkResult(
  plan: Plan,
  violations: Violations,
  { event, driver, calls }: RunRecord,
  { success, message }: { readonly success: boolean; readonly message: string },
): void {
  if (success) {
    if (calls.some(({ ended }) => ended === "succeeded" || ended === "circular")) return;
    violations.violate(
      "wrong-result",
      `event ${event.id} for ${driver} has a success stored that no call came to`,
    );
  } else if (calls.length === 0 && !hasValidator(plan, driver)) {
    violations.violate(
      "given-up-unrun",
      `event ${event.id} for ${driver} was given up, and never run: ${message.slice(0, 150)}`,
    );
  }
}

function hasValidator({ managers }: Plan, driver: string): boolean {
  return managers.some(({ drivers }) =>
    drivers.some(({ name, validator }) => name === driver && validator)
  );
}
