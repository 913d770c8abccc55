/** The event that a test sends. @module */

import type { Driver } from "../driver.ts";
import { encodeDriverMessage } from "../protocol/driver_message.ts";
import { RESULTS_KEY } from "../protocol/result.ts";
import { keptResult } from "../protocol/result_event.ts";
import { toRunMetadata } from "../protocol/run_metadata.ts";
import { resourceSubject, stepSubject } from "../protocol/subjects.ts";
import type { DriverTestOptions } from "./options.ts";

/** A message as it is on the wire. */
export interface EventMessage {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** Encodes the event of a test as the server does. */
export function eventMessage(driver: Driver, options: DriverTestOptions): EventMessage {
  const {
    spec = {},
    event = "create",
    results,
    resource: type = driver.resources[0] ?? "",
    name = "test",
    metadata = {},
    pipeline = results && "test",
    runId = crypto.randomUUID(),
  } = options;
  const kept = Object.entries(results ?? {}).map(([step, result]) => [
    step,
    keptResult(step, { success: true, message: "", data: null, ...result }),
  ]);
  const resource = {
    id: crypto.randomUUID(),
    name,
    resource: type,
    ...(pipeline !== undefined && { pipeline }),
    metadata: {
      version: "1",
      // They are those of this run, which the server says.
      ...(results && { [RESULTS_KEY]: Object.fromEntries(kept), ...toRunMetadata({ runId }) }),
      ...metadata,
    },
    spec,
  };
  return {
    subject: pipeline === undefined ? resourceSubject(type) : stepSubject(driver.name, type),
    data: encodeDriverMessage({
      event,
      id: crypto.randomUUID().replaceAll("-", "").slice(0, 24),
      runId,
      payload: JSON.stringify(resource),
    }),
  };
}
