/** Pipelines: which drivers a resource passes through, one after the other. @module */

import { isObject, type JsonObject } from "../../protocol/json.ts";
import { json, readBody, textField, textsField } from "./responses.ts";
import type { DefinitionStore } from "../store/definition_store.ts";
import { HttpError } from "../store/http_error.ts";
import type { PipelineStore, WirePipeline, WireStep } from "../store/pipeline_store.ts";
import type { Route } from "./router.ts";

/**
 * The calls about pipelines. Only `POST` is routed, as in the real server, although it documents the others.
 */
export function pipelineRoutes(store: PipelineStore, definitions: DefinitionStore): Route[] {
  return [
    {
      method: "POST",
      path: "/pipelines",
      async handle({ request }) {
        const pipeline = readPipeline(await readBody(request));
        definitions.get(pipeline.resource);
        store.put(pipeline);
        return json(201, pipeline);
      },
    },
  ];
}

function readPipeline(body: JsonObject): WirePipeline {
  return {
    name: textField(body, "name"),
    description: textField(body, "description"),
    version: textField(body, "version"),
    resource: textField(body, "resource"),
    steps: readSteps(body["steps"] ?? null),
    metadata: textsField(body, "metadata"),
  };
}

function readSteps(steps: unknown): WireStep[] | null {
  if (steps === null) return null;
  if (!Array.isArray(steps) || !steps.every(isObject)) {
    throw new HttpError(400, `Invalid request payload: "steps" is not a list of steps`);
  }
  return steps.map((step) => ({
    id: textField(step, "id"),
    name: textField(step, "name"),
    driver: textField(step, "driver"),
  }));
}
