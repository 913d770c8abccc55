/** Resources in requests, and what they are checked against. @module */

import { messageOf } from "../../errors.ts";
import type { JsonObject } from "../../encoding/json.ts";
import { checkResourceType } from "../../protocol/names.ts";
import type { RunEvent } from "../engine/run_publisher.ts";
import type { Generation } from "../generation.ts";
import type { DefinitionStore } from "../store/definition_store.ts";
import { HttpError } from "../store/http_error.ts";
import { schemaProblem } from "../store/json_schema.ts";
import type { PipelineStore, WireStep } from "../store/pipeline_store.ts";
import type { ResourceStore, WireResource } from "../store/resource_store.ts";
import { textField } from "./request_body.ts";

/** What the routes of resources need. */
export interface ResourceServices {
  readonly generation: Generation;
  /** The order of type and name in a path. */
  readonly pathOrder: "name-type" | "type-name";
  readonly resources: ResourceStore;
  readonly definitions: DefinitionStore;
  readonly pipelines: PipelineStore;
  /** Publishes a run to its drivers. */
  readonly publish: (run: RunEvent) => Promise<void>;
  /** Asks the engine to start the run of a pipeline (v3). */
  readonly startPipeline: (run: RunEvent) => Promise<void>;
  /** How long a deletion may stand still before another one starts (v3), in milliseconds. */
  readonly deletionRetryMs: number;
}

/**
 * Returns the steps of the resource's pipeline; `undefined` when it has no pipeline.
 *
 * @throws {HttpError} 500 when there is no such pipeline, 400 when it is one for another type.
 */
export function stepsOf(
  services: ResourceServices,
  resource: WireResource,
): WireStep[] | undefined {
  const name = resource.pipeline;
  if (name === undefined || services.generation === "v1") return undefined;
  const pipeline = services.pipelines.find(name);
  if (!pipeline) {
    const reason = services.generation === "v3" ? "Key not found" : `pipeline ${name} not found`;
    throw new HttpError(500, `Failed to get pipeline: ${reason}`);
  }
  if (pipeline.resource !== resource.resource) {
    throw new HttpError(
      400,
      `Resource type ${resource.resource} does not match pipeline resource type ${pipeline.resource}`,
    );
  }
  return pipeline.steps ?? [];
}

/**
 * Checks a spec against its type.
 *
 * @throws {HttpError} 400 when it does not fit, or no subject can hold the type; 500 when there is no such type.
 */
export function checkSpec(services: ResourceServices, type: string, resource: WireResource): void {
  const { schema } = services.definitions.get(type);
  try {
    checkResourceType(type, "resource");
  } catch (thrown) {
    throw new HttpError(400, messageOf(thrown));
  }
  if (schema === null) throw new HttpError(400, "Resource definition schema is required");
  const problem = schemaProblem(schema, resource.spec);
  if (problem !== undefined) throw new HttpError(400, `Resource validation failed: ${problem}`);
}

/** Reads a resource from a request. @throws {HttpError} 400 when a field has another type. */
export function readResource(body: JsonObject): WireResource {
  const pipeline = textField(body, "pipeline");
  return {
    id: textField(body, "id"),
    name: textField(body, "name"),
    ...(pipeline !== "" && { pipeline }),
    resource: textField(body, "resource"),
    metadata: {},
    spec: body["spec"] ?? null,
  };
}
