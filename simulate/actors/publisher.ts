/** Publishes the events of a plan, as the API server does: when the stream and its consumers are there. */

import { encodeDriverMessage } from "../../src/protocol/driver_message.ts";
import { subjectMatcher } from "../../src/transport/memory/broker/subject_filter.ts";
import type { Ledger } from "../check/ledger.ts";
import type { ApiServer } from "./api_server.ts";
import { newRunRecord } from "../check/run_record.ts";
import type { EventPlan } from "../plan/plan.ts";
import type { SimulatedServer } from "../server/server.ts";
import type { World } from "../world/world.ts";

/** How long it waits before it tries again, in milliseconds. */
const RETRY_MS = 1000;

/** Publishes one event. Calls back when it is published. */
export function publishEvent(
  world: World,
  server: SimulatedServer,
  ledger: Ledger,
  event: EventPlan,
  onPublished: () => void,
  api?: ApiServer,
): void {
  const subject = event.step === undefined
    ? `resources.${event.type}`
    : `drivers.${event.step}.resources.${event.type}`;
  const stream = server.broker.stream("messages");
  const consumers = server.broker.consumersOf("messages").filter(({ config }) =>
    subjectMatcher(config.filterSubjects)(subject)
  );
  if (!server.up || !stream || consumers.length === 0) {
    return void world.after(
      RETRY_MS,
      () => publishEvent(world, server, ledger, event, onPublished, api),
    );
  }
  const runId = `run-${event.id}-0`.padEnd(12, "0");
  const messageId = String(event.id).padStart(24, "0");
  const changed = event.kind === "run" ? api?.change(event, runId) : undefined;
  const resource = {
    id: messageId,
    name: event.resource,
    resource: event.type,
    metadata: {},
    spec: {},
  };
  const data = event.kind === "poison" ? new TextEncoder().encode("{") : encodeDriverMessage({
    event: event.kind === "unwanted" ? "other" : changed?.event ?? "create",
    id: messageId,
    runId,
    payload: changed?.payload ?? JSON.stringify(resource),
  });
  const { sequence } = server.broker.publishConfirmed(subject, data, {});
  world.say(() => `event ${event.id} is published on ${subject} as message ${sequence}`);
  for (const { config } of consumers) {
    const at = { stream, sequence };
    ledger.runs.push(newRunRecord({ event, driver: config.durable, runId, messageId, ...at }));
  }
  onPublished();
}
