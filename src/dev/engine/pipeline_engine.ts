/** The pipeline engine: starts a step when the one before it has succeeded. @module */

import { messageOf } from "../../errors.ts";
import {
  decodeResultEvent,
  encodeKeptResult,
  type ResultEvent,
} from "../../protocol/result_event.ts";
import { RESULT_SUBJECT } from "../../protocol/subjects.ts";
import type { Delivery } from "../../transport/transport.ts";
import type { PipelineStore } from "../store/pipeline_store.ts";
import type { ResourceStore } from "../store/resource_store.ts";
import type { RunEvent } from "./run_publisher.ts";

/** What the engine needs. */
export interface EngineServices {
  readonly resources: ResourceStore;
  readonly pipelines: PipelineStore;
  /** Publishes a run to its drivers. */
  readonly publish: (run: RunEvent) => Promise<void>;
  /** Receives a line of text for each result that cannot be used. */
  readonly onNotice: (notice: string) => void;
}

/** Handles a message of the `pipeline-engine` stream: stores the result, and starts the next step if there is one. */
export async function advancePipeline(services: EngineServices, delivery: Delivery): Promise<void> {
  if (delivery.subject !== RESULT_SUBJECT) return delivery.ack();
  let event: ResultEvent;
  try {
    event = decodeResultEvent(delivery.data);
  } catch (thrown) {
    const reason = messageOf(thrown);
    services.onNotice(`cannot decode result ${delivery.sequence}: ${reason}`);
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
  const { runId, type, name, driver, result } = event;
  const pipeline = pipelines.find(event.pipeline);
  if (!pipeline) {
    return onNotice(`cannot continue run ${runId}: pipeline ${event.pipeline} not found`);
  }
  if (!resources.find(type, name)) {
    return onNotice(`cannot continue run ${runId}: resource ${name} of type ${type} not found`);
  }
  const resource = resources.saveResult(type, name, driver, encodeKeptResult(driver, result));
  const steps = pipeline.steps ?? [];
  // As in the real server: a driver with two steps starts the step after its first one twice.
  const current = steps.findIndex((step) => step.driver === driver);
  if (current === -1) {
    return onNotice(
      `cannot continue run ${runId}: pipeline ${pipeline.name} has no step of driver ${driver}`,
    );
  }
  const next = steps[current + 1];
  if (!result.success || !next) return;
  await publish({
    event: "process",
    runId,
    resource,
    driver: next.driver,
    dedupId: `step:${runId}:${sequence}`,
  });
}
