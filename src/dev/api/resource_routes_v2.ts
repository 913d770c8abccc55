/** The routes of resources up to release 0.6: creating one starts a run. @module */

import { type Context, Hono } from "hono";
import { messageOf } from "../../errors.ts";
import { toWireCreateResult } from "../../protocol/resources/create_resource.ts";
import { HttpError } from "../store/http_error.ts";
import { uuid } from "../store/ids.ts";
import { seenBy, type WireResource } from "../store/resource_store.ts";
import { readBody } from "./request_body.ts";
import { checkSpec, readResource, type ResourceServices, stepsOf } from "./resource_input.ts";

/** Creates the routes of resources. In v1 the name may come before the type, and there are no versions. */
export function resourceRoutesV2(services: ResourceServices): Hono {
  const { generation, pathOrder, resources } = services;
  const path = pathOrder === "name-type" ? "/resources/:name/:type" : "/resources/:type/:name";
  const app = new Hono();
  app.post("/resources", (c) => create(services, c));
  app.get("/resources", () => {
    // The real server reads the type from a path parameter that this path does not have.
    throw new HttpError(400, "Resource type is required");
  });
  app.get(path, (c) => {
    const { type = "", name = "" } = c.req.param();
    return c.json(seenBy(generation, resources.get(type, name)));
  });
  app.put(path, (c) => update(services, c));
  app.delete(path, (c) => {
    const { type = "", name = "" } = c.req.param();
    resources.delete(type, name);
    return c.body(null, 204);
  });
  if (generation === "v1") return app;
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
    const run = { event: "create", runId, resource: seenBy(services.generation, resource) };
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
  return c.json(seenBy(services.generation, services.resources.update(type, name, given)));
}
