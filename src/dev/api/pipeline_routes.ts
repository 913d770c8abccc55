/** Pipelines: which drivers a resource passes through, one after the other. @module */

import { isObject, type JsonObject } from "../../protocol/json.ts";
import { json, readBody, textField, textsField } from "./responses.ts";
import type { DefinitionStore } from "./definition_routes.ts";
import { HttpError } from "../store/http_error.ts";
import type { Route } from "./router.ts";

/** A step of a pipeline. */
export interface WireStep {
  id: string;
  name: string;
  driver: string;
}

/** A pipeline with the wire's field names. What was not given is `null`, as the server answers it. */
export interface WirePipeline {
  name: string;
  description: string;
  version: string;
  resource: string;
  steps: WireStep[] | null;
  metadata: Record<string, string> | null;
}

/** The pipelines that there are, by name. */
export class PipelineStore {
  readonly #pipelines = new Map<string, WirePipeline>();

  /** How many there are. */
  get size(): number {
    return this.#pipelines.size;
  }

  /** Gives a pipeline; `undefined` when there is none. */
  find(name: string): WirePipeline | undefined {
    return this.#pipelines.get(name);
  }

  /** Stores a pipeline, over one of its name if there is one. */
  put(pipeline: WirePipeline): void {
    this.#pipelines.set(pipeline.name, pipeline);
  }
}

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
