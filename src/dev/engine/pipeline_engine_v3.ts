/**
 * The pipeline engine after release 0.6: it keeps its place in the resource's metadata, ignores the results of other runs and
 * other steps, and removes a resource when the run of its deletion has ended.
 *
 * @module
 */

import { messageOf } from "../../errors.ts";
import { isObject } from "../../encoding/json.ts";
import { isDeletedBy } from "../../protocol/resources/deletion_result.ts";
import { keptResult, type PipelineEvent, type ResultEvent } from "../../protocol/result_event.ts";
import { RESULTS_KEY } from "../../protocol/result.ts";
import { readRunMetadata, toRunMetadata } from "../../protocol/run_metadata.ts";
import type { WirePipeline, WireStep } from "../store/pipeline_store.ts";
import { type ResourceStore, type WireResource, withMetadata } from "../store/resource_store.ts";
import type { EngineServices } from "./engine_services.ts";

/** Starts the run of a pipeline; it takes the place of the one before. `dedupId` names what it publishes. */
export async function startV3(
  services: EngineServices,
  event: PipelineEvent,
  dedupId: string,
): Promise<void> {
  const found = find(services, event);
  if (!found) return;
  const step = found.steps[0];
  if (!step) return services.onNotice(`run ${event.runId} ends at once: its pipeline has no steps`);
  const { type, name, runId } = event;
  services.resources.setMetadata(type, name, {
    ...toRunMetadata({ runId, event: event.event, step: step.id }),
    [RESULTS_KEY]: {},
  });
  await publishStep(services, event, step, dedupId);
}

/** Stores a step's result, and starts the next step, or ends the run. `dedupId` names what it publishes. */
export async function advanceV3(
  services: EngineServices,
  result: ResultEvent,
  dedupId: string,
): Promise<void> {
  const { resources, onNotice } = services;
  const event = namedEvent(services, result);
  const found = find(services, event);
  if (!found) return;
  const { type, name, runId, driver } = result;
  const { metadata } = found.resource;
  const place = readRunMetadata(found.resource);
  const ignore = (why: string) => onNotice(`ignored a result of ${driver} for ${name}: ${why}`);
  if (place.runId !== runId) {
    return ignore(`run ${runId} is not the current one`);
  }
  if (result.step !== undefined && result.step !== place.step) {
    return ignore(`step ${result.step} is not the current one`);
  }
  const current = found.steps.findIndex((step) => step.id === place.step && step.driver === driver);
  if (current === -1) return ignore(`step ${place.step} is not a step of that driver`);
  const earlier = isObject(metadata[RESULTS_KEY]) ? metadata[RESULTS_KEY] : {};
  const results = { ...earlier, [driver]: keptResult(driver, result.result) };
  resources.setMetadata(type, name, { [RESULTS_KEY]: results });
  if (event.event === "delete" ? !isDeletedBy(result.result) : !result.result.success) {
    if (event.event === "delete") failDeletion(resources, event);
    return;
  }
  const next = found.steps[current + 1];
  if (next) return await publishStep(services, event, next, dedupId);
  if (event.event === "delete") resources.deleteWithVersions(type, name);
}

/** A result for a v2 server does not name its event: the one of the current run is taken. */
function namedEvent({ resources }: EngineServices, result: ResultEvent): ResultEvent {
  if (result.event !== "driver.result") return result;
  const resource = resources.find(result.type, result.name);
  const { runId, event = result.event } = resource ? readRunMetadata(resource) : {};
  return runId === result.runId ? { ...result, event } : result;
}

/** Finds what an event is about; `undefined`, after a notice, when the event is to be ignored. */
function find(
  { resources, pipelines, onNotice }: EngineServices,
  { event, runId, type, name, resourceId }: PipelineEvent,
): { readonly resource: WireResource; readonly steps: readonly WireStep[] } | undefined {
  const ignore = (why: string) => void onNotice(`cannot continue run ${runId}: ${why}`);
  const resource = resources.find(type, name);
  if (!resource) return ignore(`resource ${name} of type ${type} not found`);
  if (resource.id !== resourceId) return ignore(`resource ${name} was created again meanwhile`);
  const { deleting, deletionRunId } = readRunMetadata(resource);
  if (deleting && (event !== "delete" || deletionRunId !== runId)) {
    return ignore(`resource ${name} is being deleted by run ${deletionRunId}`);
  }
  if (resource.pipeline === undefined) return undefined; // Results without a pipeline are stored nowhere.
  const pipeline: WirePipeline | undefined = pipelines.find(resource.pipeline);
  if (!pipeline) return ignore(`pipeline ${resource.pipeline} not found`);
  return { resource, steps: pipeline.steps ?? [] };
}

/** Publishes a step's message, and moves the run to it. A step that cannot be published is not moved to. */
async function publishStep(
  { resources, publish, onNotice }: EngineServices,
  { event, runId, type, name }: PipelineEvent,
  step: WireStep,
  dedupId: string,
): Promise<void> {
  const moved = toRunMetadata({ step: step.id });
  const resource = withMetadata(resources.get(type, name), moved);
  try {
    await publish({ event, runId, resource, driver: step.driver, dedupId });
    resources.setMetadata(type, name, moved);
  } catch (thrown) {
    onNotice(`cannot start step ${step.id} of run ${runId}: ${messageOf(thrown)}`);
    if (event === "delete") failDeletion(resources, { type, name });
  }
}

function failDeletion(
  resources: ResourceStore,
  { type, name }: Pick<PipelineEvent, "type" | "name">,
): void {
  resources.setMetadata(type, name, toRunMetadata({ deletionFailed: true }));
}
