/** The pipelines' engine: hands a resource on from step to step. @module */

import { messageOf } from "../errors.ts";
import { decodeText, isObject, type JsonObject } from "../protocol/json.ts";
import { RESULT_SUBJECT } from "../protocol/subjects.ts";
import type { Delivery } from "../transport/transport.ts";
import type { PipelineStore } from "./pipelines.ts";
import type { ResourceStore } from "./resource_store.ts";
import type { RunEvent } from "./run_publisher.ts";

/** What the engine works with. */
export interface EngineServices {
  readonly resources: ResourceStore;
  readonly pipelines: PipelineStore;
  /** Tells drivers of a run. */
  readonly publish: (run: RunEvent) => Promise<void>;
  /** Told of results that lead nowhere. */
  readonly onNotice: (notice: string) => void;
}

/** A driver's result as it came. */
interface ResultEvent {
  readonly runId: string;
  readonly pipeline: string;
  readonly type: string;
  readonly name: string;
  readonly driver: string;
  readonly success: boolean;
  /** The result as JSON text, as it is kept with the resource. */
  readonly json: string;
}

/** Deals with a message of the `pipeline-engine` stream: stores the result, and starts the next step if there is one. */
export async function advancePipeline(services: EngineServices, delivery: Delivery): Promise<void> {
  if (delivery.subject !== RESULT_SUBJECT) return delivery.ack();
  let event: ResultEvent | undefined;
  try {
    event = readResultEvent(delivery.data);
  } catch (thrown) {
    const reason = messageOf(thrown);
    services.onNotice(`cannot use result ${delivery.sequence}: ${reason}`);
    return delivery.term(reason);
  }
  if (event.pipeline !== "") await advance(services, event, delivery.sequence);
  delivery.ack();
}

async function advance(
  services: EngineServices,
  event: ResultEvent,
  sequence: number,
): Promise<void> {
  const { resources, pipelines, publish, onNotice } = services;
  const { runId, type, name, driver } = event;
  const pipeline = pipelines.find(event.pipeline);
  if (!pipeline) {
    return onNotice(`cannot go on with run ${runId}: pipeline ${event.pipeline} not found`);
  }
  if (!resources.find(type, name)) {
    return onNotice(`cannot go on with run ${runId}: resource ${name} of type ${type} not found`);
  }
  const resource = resources.saveResult(type, name, driver, event.json);
  const steps = pipeline.steps ?? [];
  // The first step of that driver: a driver that has two steps comes back to the step after its first one.
  const current = steps.findIndex((step) => step.driver === driver);
  if (current === -1) {
    return onNotice(`cannot go on with run ${runId}: ${driver} is no step of ${pipeline.name}`);
  }
  const next = steps[current + 1];
  if (!event.success || !next) return;
  await publish({
    event: "process",
    runId,
    resource,
    driver: next.driver,
    dedupId: `step:${runId}:${sequence}`,
  });
}

function readResultEvent(data: Uint8Array): ResultEvent {
  const event = object(JSON.parse(decodeText(data)), "the event");
  const resource = object(event["resource"], "resource");
  const result = object(event["driverresult"], "driverresult");
  const driver = text(result["driver"]);
  const success = result["success"] === true;
  const message = text(result["message"]);
  return {
    runId: text(event["run_id"]),
    pipeline: text(resource["pipeline"]),
    type: text(resource["resource"]),
    name: text(resource["name"]),
    driver,
    success,
    json: JSON.stringify({ success, message, data: result["data"] ?? null, driver }),
  };
}

function object(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new TypeError(`${what} is not an object`);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
