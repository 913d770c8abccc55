/** Starts the trace of a delivery. @module */

import type { DeliveryTrace } from "../../telemetry/telemetry.ts";
import type { Run } from "./run.ts";

/** Starts the trace of a run's delivery; `undefined` when traces are not recorded. */
export function startTrace(run: Run): DeliveryTrace | undefined {
  const { session: { telemetry }, driver, message, delivery, resourceKey } = run;
  return telemetry?.trace({
    driver: driver.name,
    runId: message.runId,
    messageId: message.id,
    resource: resourceKey,
    event: message.event,
    subject: delivery.subject,
    deliveries: delivery.deliveryCount,
    mask: (text) => run.masked(text),
    header: (name) => delivery.header(name),
  });
}
