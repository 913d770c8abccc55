/** The errors that a run's signal aborts with. @module */

import { ConveyorError, TimeoutError } from "../../errors.ts";
import type { Run } from "./run.ts";

/** The reason of an attempt that ran past its time-out. */
export function timeoutError({ driver }: Run, timeoutMs: number): TimeoutError {
  return new TimeoutError(
    `the reconcile of ${driver.name} did not end within its time-out of ${timeoutMs} ms`,
    timeoutMs,
  );
}

/** The reason of a run whose lease is lost. */
export function leaseLostError({ driver, message }: Run): ConveyorError {
  return new ConveyorError(
    "lease-lost",
    `lease-lost: the lease of ${driver.name} on run ${message.runId} ran out; ` +
      "another delivery decides, and this result is discarded",
  );
}

/** The reason of a run that is no longer wanted. */
export function supersededError({ driver, resourceKey }: Run, why: string): ConveyorError {
  return new ConveyorError(
    "superseded",
    `superseded: ${why}; ${driver.name} publishes no result of this run of ${resourceKey}`,
  );
}

/** The reason of a run that did not end within the shutdown grace period. */
export function shutdownError({ driver }: Run, graceMs: number): ConveyorError {
  return new ConveyorError(
    "shutdown",
    `shutdown: the manager stops, and the reconcile of ${driver.name} did not end within ${graceMs} ms; ` +
      "the message is redelivered",
  );
}
