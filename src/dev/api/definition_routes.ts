/** The routes of resource definitions. @module */

import { Hono } from "hono";
import type { JsonObject } from "../../encoding/json.ts";
import type { DefinitionStore, WireDefinition } from "../store/definition_store.ts";
import { HttpError } from "../store/http_error.ts";
import { uuid } from "../store/ids.ts";
import { readBody, textField } from "./request_body.ts";

/** Creates the routes of resource definitions. */
export function definitionRoutes(store: DefinitionStore): Hono {
  const app = new Hono();
  app.post("/resource-definitions", async (c) => {
    const definition = { ...readDefinition(await readBody(c.req.raw)), id: uuid() };
    store.insert(definition);
    return c.json(definition, 201);
  });
  app.post("/resource-definitions/apply", async (c) => {
    const definition = readDefinition(await readBody(c.req.raw));
    if (definition.name === "") throw new HttpError(400, "Resource name is required");
    const isNew = !store.has(definition.name);
    store.put(definition.name, definition);
    // As in the real server, the id in the response is not the stored one, which stays empty.
    return c.json(isNew ? { ...definition, id: uuid() } : definition, 201);
  });
  app.get("/resource-definitions/:name", (c) => c.json(store.get(c.req.param("name"))));
  app.put("/resource-definitions/:name", async (c) => {
    const name = c.req.param("name");
    const definition = readDefinition(await readBody(c.req.raw));
    store.get(name);
    store.put(name, definition);
    return c.json(definition);
  });
  app.delete("/resource-definitions/:name", (c) => {
    store.delete(c.req.param("name"));
    return c.body(null, 204);
  });
  return app;
}

function readDefinition(body: JsonObject): WireDefinition {
  return {
    id: textField(body, "id"),
    name: textField(body, "name"),
    description: textField(body, "description"),
    version: textField(body, "version"),
    schema: body["schema"] ?? null,
  };
}
