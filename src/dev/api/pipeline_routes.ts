/** The routes of pipelines. @module */

import { Hono } from "hono";
import { isObject, type JsonObject } from "../../encoding/json.ts";
import type { DefinitionStore } from "../store/definition_store.ts";
import { HttpError } from "../store/http_error.ts";
import type { PipelineStore, WirePipeline, WireStep } from "../store/pipeline_store.ts";
import { readBody, textField, textsField } from "./request_body.ts";

/** Creates the one route of pipelines. The real server documents others, but does not have them. */
export function pipelineRoutes(store: PipelineStore, definitions: DefinitionStore): Hono {
  const app = new Hono();
  app.post("/pipelines", async (c) => {
    const pipeline = readPipeline(await readBody(c.req.raw));
    definitions.get(pipeline.resource);
    store.put(pipeline);
    return c.json(pipeline, 201);
  });
  return app;
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
