/** Resource definitions: what resource types there are, and what their specs look like. @module */

import type { JsonObject } from "../../protocol/json.ts";
import { json, noContent, readBody, textField } from "./responses.ts";
import type { DefinitionStore, WireDefinition } from "../store/definition_store.ts";
import { HttpError } from "../store/http_error.ts";
import { uuid } from "../store/ids.ts";
import type { Route } from "./router.ts";

/** The calls about resource definitions. */
export function definitionRoutes(store: DefinitionStore): Route[] {
  return [
    {
      method: "POST",
      path: "/resource-definitions",
      async handle({ request }) {
        const definition = { ...readDefinition(await readBody(request)), id: uuid() };
        store.insert(definition);
        return json(201, definition);
      },
    },
    {
      method: "POST",
      path: "/resource-definitions/apply",
      async handle({ request }) {
        const definition = readDefinition(await readBody(request));
        if (definition.name === "") throw new HttpError(400, "Resource name is required");
        const isNew = !store.has(definition.name);
        store.put(definition.name, definition);
        // The id in the answer is not the stored one, which stays empty: so does the real server.
        return json(201, isNew ? { ...definition, id: uuid() } : definition);
      },
    },
    {
      method: "GET",
      path: "/resource-definitions/:name",
      handle: ({ params }) => json(200, store.get(params["name"] ?? "")),
    },
    {
      method: "PUT",
      path: "/resource-definitions/:name",
      async handle({ request, params }) {
        const definition = readDefinition(await readBody(request));
        store.get(params["name"] ?? "");
        store.put(params["name"] ?? "", definition);
        return json(200, definition);
      },
    },
    {
      method: "DELETE",
      path: "/resource-definitions/:name",
      handle({ params }) {
        store.delete(params["name"] ?? "");
        return noContent();
      },
    },
  ];
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
