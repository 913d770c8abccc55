/** The pipeline engine of release 0.6: it passes a resource from step to step. @module */

import type { ResultEvent } from "../../protocol/result_event.ts";
import { encodeKeptResult } from "../../protocol/result_event.ts";
import { resultKey } from "../../protocol/result.ts";
import type { EngineServices } from "./engine_services.ts";

/** Stores a step's result, and starts the next step if there is one. `dedupId` names what it publishes. */
export async function advanceV2(
  services: EngineServices,
  event: ResultEvent,
  dedupId: string,
): Promise<void> {
  if (event.pipeline === "") return;
  const { resources, pipelines, publish, onNotice } = services;
  const { runId, type, name, driver, result } = event;
  const pipeline = pipelines.find(event.pipeline);
  if (!pipeline) {
    return onNotice(`cannot continue run ${runId}: pipeline ${event.pipeline} not found`);
  }
  if (!resources.find(type, name)) {
    return onNotice(`cannot continue run ${runId}: resource ${name} of type ${type} not found`);
  }
  const change = { [resultKey(driver)]: encodeKeptResult(driver, result) };
  const resource = resources.setMetadata(type, name, change);
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
  await publish({ event: "process", runId, resource, driver: next.driver, dedupId });
}
