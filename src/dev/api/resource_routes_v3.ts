/** The routes of resources after release 0.6: creating, updating and deleting one starts a run. @module */

import { type Context, Hono } from "hono";
import { messageOf } from "../../errors.ts";
import { toWireCreateResult } from "../../protocol/resources/create_resource.ts";
import { toWireDeletion, toWireUpdated } from "../../protocol/resources/resource_run.ts";
import { readRunMetadata, toRunMetadata } from "../../protocol/run_metadata.ts";
import { HttpError } from "../store/http_error.ts";
import { uuid } from "../store/ids.ts";
import type { WireResource } from "../store/resource_store.ts";
import { readBody } from "./request_body.ts";
import { checkSpec, readResource, type ResourceServices, stepsOf } from "./resource_input.ts";

const PATH = "/resources/:type/:name";

/** Creates the routes of resources. */
export function resourceRoutesV3(services: ResourceServices): Hono {
  const { resources } = services;
  const deletions = new Map<string, number>();
  const app = new Hono();
  app.post("/resources", (c) => create(services, c));
  app.get("/resources", () => {
    // The real server reads the type from a path parameter that this path does not have.
    throw new HttpError(400, "Resource type is required");
  });
  app.get(PATH, (c) => c.json(found(services, c)));
  app.put(PATH, (c) => update(services, c));
  app.delete(PATH, (c) => remove(services, deletions, c));
  app.get(`${PATH}/:version`, (c) => {
    const { type = "", name = "", version = "" } = c.req.param();
    return c.json(resources.getVersion(type, name, version));
  });
  return app;
}

function found({ resources }: ResourceServices, c: Context): WireResource {
  const { type = "", name = "" } = c.req.param();
  const resource = resources.find(type, name);
  if (resource) return resource;
  throw new HttpError(404, `Failed to find resource: ${name} of type ${type} not found`);
}

async function create(services: ResourceServices, c: Context): Promise<Response> {
  const given = readResource(await readBody(c.req.raw));
  if (given.resource === "") throw new HttpError(400, "Resource type is required");
  const resource: WireResource = { ...given, id: uuid(), metadata: { version: "1" } };
  checkSpec(services, given.resource, resource);
  stepsOf(services, resource);
  services.resources.insert(resource);
  const runId = await startRun(services, "create", resource);
  const message = "Resource created successfully";
  return c.json(toWireCreateResult({ name: resource.name, runId, message, version: "1" }), 201);
}

async function update(services: ResourceServices, c: Context): Promise<Response> {
  const { type = "", name = "" } = c.req.param();
  const given = readResource(await readBody(c.req.raw));
  stepsOf(services, given);
  checkSpec(services, type, given);
  const stored = services.resources.find(type, name);
  if (stored && readRunMetadata(stored).deleting) {
    throw new HttpError(409, `Failed to update resource: ${name} is being deleted`);
  }
  const resource = services.resources.update(type, name, given);
  const runId = await startRun(services, "update", resource);
  return c.json(toWireUpdated(resource, runId));
}

/** Deletes a resource without a pipeline at once; else starts its pipeline with `delete`, unless that is going on. */
async function remove(
  services: ResourceServices,
  deletions: Map<string, number>,
  c: Context,
): Promise<Response> {
  const resource = found(services, c);
  const { resources, deletionRetryMs } = services;
  const { type = "", name = "" } = c.req.param();
  if (resource.pipeline === undefined) {
    resources.delete(type, name);
    await startRun(services, "delete", resource);
    return c.body(null, 204);
  }
  const { deleting, deletionFailed, deletionRunId = "" } = readRunMetadata(resource);
  const sinceMs = Date.now() - (deletions.get(resource.id) ?? 0);
  if (deleting && !deletionFailed && sinceMs < deletionRetryMs) {
    return c.json(toWireDeletion("Resource deletion is in progress", deletionRunId), 202);
  }
  deletions.set(resource.id, Date.now());
  const runId = uuid();
  const changes = toRunMetadata({ deleting: true, deletionRunId: runId, deletionFailed: false });
  const marked = resources.setMetadata(type, name, changes);
  await startRun(services, "delete", marked, runId);
  return c.json(toWireDeletion("Resource deletion started", runId), 202);
}

/** Starts a run: of the resource's pipeline, or of every driver of its type. Returns its id. */
async function startRun(
  { publish, startPipeline }: ResourceServices,
  event: string,
  resource: WireResource,
  runId = uuid(),
): Promise<string> {
  const start = resource.pipeline === undefined ? publish : startPipeline;
  await start({ event, runId, resource }).catch((thrown: unknown) => {
    throw new HttpError(500, `Failed to publish resource event: ${messageOf(thrown)}`);
  });
  return runId;
}
