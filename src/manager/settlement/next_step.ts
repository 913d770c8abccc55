/** The size of the message that the next step of a pipeline gets: it has the results of all steps before. @module */

import { encodeText, isObject } from "../../encoding/json.ts";
import { type DriverResult, RESULTS_KEY } from "../../protocol/result.ts";
import { isStepSubject } from "../../protocol/subjects.ts";
import type { Run } from "../run/run.ts";

/** A character of a result takes at most so many bytes in a message, where it is escaped up to three times. */
const MOST_BYTES = 16;

/** Writes to the run's log when the next step's message would be larger than the server accepts. */
export function warnOfNextStep(run: Run, result: DriverResult, bytes: Uint8Array): void {
  const { delivery, driver, session: { connection: { maxPayload } } } = run;
  if (!result.success || !isStepSubject(delivery.subject)) return;
  if (delivery.data.length + MOST_BYTES * bytes.length <= maxPayload) return;
  const added = addedBytes(run, result);
  const size = delivery.data.length + added;
  if (size <= maxPayload) return;
  run.logger.warn(
    `with this result of ${driver.name}, which adds ${added} bytes, the message of a next step takes about ${size}, and the ` +
      `server accepts ${maxPayload}: the pipeline would stop there; put large data elsewhere and return its location`,
  );
}

/** How much larger a result makes the message: it is JSON within the JSON text of the resource, and JSON text itself up to release 0.6. */
function addedBytes({ message: { resource }, driver }: Run, result: DriverResult): number {
  const kept = JSON.stringify({ ...result, driver: driver.name })
    // As Go's encoder does.
    .replace(/[<>&\u2028\u2029]/g, "\\u0000");
  const inResource = isObject(resource.metadata[RESULTS_KEY]) ? kept : JSON.stringify(kept);
  return encodeText(JSON.stringify(inResource)).length + driver.name.length;
}
