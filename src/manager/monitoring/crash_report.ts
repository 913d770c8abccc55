/** Says whose an error is that nothing has caught, before the process ends of it. @module */

import { messageOf } from "../../errors.ts";
import { host } from "../../runtime/detect.ts";
import type { ManagerEvent } from "../events.ts";
import type { RunningRuns } from "./running_runs.ts";

/** Reports such an error with the runs that were going on, until the returned function is called. */
export function reportCrashes(runs: RunningRuns, emit: (event: ManagerEvent) => void): () => void {
  return host().onCrash((error) => {
    const running = runs.describe();
    if (running === undefined) return;
    emit({
      type: "warning",
      code: "uncaught",
      message:
        `an error that nothing has caught ends this process: ${
          messageOf(error)
        }; running: ${running}; an "await" ` +
        `or a "catch" may be missing in the reconcile`,
    });
  });
}
