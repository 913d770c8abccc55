/** The routes of resources. A new resource starts a run. @module */

import { type Context, Hono } from "hono";
import { messageOf } from "../../errors.ts";
import { toWireCreateResult } from "../../protocol/create_resource.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { ProtocolVersion } from "../../protocol/subjects.ts";
import type { RunEvent } from "../engine/run_publisher.ts";
import type { DefinitionStore } from "../store/definition_store.ts";
import { HttpError } from "../store/http_error.ts";
import { uuid } from "../store/ids.ts";
import { schemaProblem } from "../store/json_schema.ts";
import type { PipelineStore, WireStep } from "../store/pipeline_store.ts";
import { type ResourceStore, seenBy, type WireResource } from "../store/resource_store.ts";
import { readBody, textField, textsField } from "./request_body.ts";

/** What the routes of resources need. */
export interface ResourceServices {
  readonly protocol: ProtocolVersion;
  readonly resources: ResourceStore;
  readonly definitions: DefinitionStore;
  readonly pipelines: PipelineStore;
  /** Publishes a run to its drivers. */
  readonly publish: (run: RunEvent) => Promise<void>;
}

/** Creates the routes of resources. In v1 paths the name comes before the type, and there are no versions. */
export function resourceRoutes(services: ResourceServices): Hono {
  const { protocol, resources } = services;
  const path = protocol === "v1" ? "/resources/:name/:type" : "/resources/:type/:name";
  const app = new Hono();
  app.post("/resources", (c) => create(services, c));
  app.get("/resources", () => {
    // The real server reads the type from a path parameter that this path does not have.
    throw new HttpError(400, "Resource type is required");
  });
  app.get(path, (c) => {
    const { type = "", name = "" } = c.req.param();
    return c.json(seenBy(protocol, resources.get(type, name)));
  });
  app.put(path, (c) => update(services, c));
  app.delete(path, (c) => {
    const { type = "", name = "" } = c.req.param();
    resources.delete(type, name);
    return c.body(null, 204);
  });
  if (protocol === "v1") return app;
  app.get(`${path}/:version`, (c) => {
    const { type = "", name = "", version = "" } = c.req.param();
    return c.json(resources.getVersion(type, name, version));
  });
  return app;
}

async function create(services: ResourceServices, c: Context): Promise<Response> {
  const given = readResource(await readBody(c.req.raw));
  if (given.resource === "") throw new HttpError(400, "Resource type is required");
  const resource: WireResource = { ...given, id: uuid(), metadata: { version: "1" } };
  checkSpec(services, given.resource, resource);
  const steps = stepsOf(services, resource);
  services.resources.insert(resource);
  const runId = uuid();
  const driver = steps?.[0]?.driver;
  if (steps === undefined || driver !== undefined) {
    const run = { event: "create", runId, resource: seenBy(services.protocol, resource) };
    await services.publish({ ...run, ...(driver !== undefined && { driver }) }).catch(
      (thrown: unknown) => {
        throw new HttpError(500, `Failed to publish resource event: ${messageOf(thrown)}`);
      },
    );
  }
  const message = "Resource created successfully";
  return c.json(toWireCreateResult({ name: resource.name, runId, message, version: "1" }), 201);
}

async function update(services: ResourceServices, c: Context): Promise<Response> {
  const { type = "", name = "" } = c.req.param();
  const given = readResource(await readBody(c.req.raw));
  checkSpec(services, type, given);
  return c.json(seenBy(services.protocol, services.resources.update(type, name, given)));
}

/** The steps of the resource's pipeline; `undefined` when it has no pipeline. */
function stepsOf(services: ResourceServices, resource: WireResource): WireStep[] | undefined {
  const name = resource.pipeline;
  if (name === undefined || services.protocol === "v1") return undefined;
  const pipeline = services.pipelines.find(name);
  if (!pipeline) throw new HttpError(500, `Failed to get pipeline: pipeline ${name} not found`);
  if (pipeline.resource !== resource.resource) {
    throw new HttpError(
      400,
      `Resource type ${resource.resource} does not match pipeline resource type ${pipeline.resource}`,
    );
  }
  return pipeline.steps ?? [];
}

function checkSpec(services: ResourceServices, type: string, resource: WireResource): void {
  const { schema } = services.definitions.get(type);
  if (schema === null) throw new HttpError(400, "Resource definition schema is required");
  const problem = schemaProblem(schema, resource.spec);
  if (problem !== undefined) throw new HttpError(400, `Resource validation failed: ${problem}`);
}

function readResource(body: JsonObject): WireResource {
  const pipeline = textField(body, "pipeline");
  return {
    id: textField(body, "id"),
    name: textField(body, "name"),
    ...(pipeline !== "" && { pipeline }),
    resource: textField(body, "resource"),
    metadata: textsField(body, "metadata") ?? {},
    spec: body["spec"] ?? null,
  };
}
