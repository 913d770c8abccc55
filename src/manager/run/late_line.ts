/** Warns of lines that come after the end of their run. @module */

import type { ManagerEvent, RunRef } from "../events.ts";

/** A line was written to a log after the end of its run. */
export function lateLineWarning({ driver, runId, resource }: RunRef): ManagerEvent {
  return {
    type: "warning",
    code: "late-line",
    message:
      `the reconcile of ${driver} wrote to the log of run ${runId} (${resource}) after its end, with the label late: ` +
      'an "await" may be missing',
    driver,
  };
}
