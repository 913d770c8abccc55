/** Resource definitions: what resource types there are, and what their specs look like. @module */

import type { JsonObject } from "../../protocol/json.ts";
import { json, noContent, readBody, textField } from "./responses.ts";
import { uuid } from "../store/ids.ts";
import { HttpError } from "../store/http_error.ts";
import type { Route } from "./router.ts";

/** A resource definition with the wire's field names. */
export interface WireDefinition {
  id: string;
  name: string;
  description: string;
  version: string;
  schema: unknown;
}

/** The definitions that there are, by name. */
export class DefinitionStore {
  readonly #definitions = new Map<string, WireDefinition>();

  /** How many there are. */
  get size(): number {
    return this.#definitions.size;
  }

  /** Gives a definition, or refuses with 500, as the server does. */
  get(name: string): WireDefinition {
    const definition = this.#definitions.get(name);
    if (definition) return definition;
    throw new HttpError(500, `Failed to find resource definition: definition ${name} not found`);
  }

  /** Adds a definition, or refuses with 500 when the name is taken. */
  insert(definition: WireDefinition): void {
    if (this.#definitions.has(definition.name)) {
      throw new HttpError(
        500,
        `Failed to insert resource definition: definition ${definition.name} already exists`,
      );
    }
    this.#definitions.set(definition.name, definition);
  }

  /** Whether there is a definition of that name. */
  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  /** Stores a definition under a name, whether there was one or not. */
  put(name: string, definition: WireDefinition): void {
    this.#definitions.set(name, definition);
  }

  /** Removes a definition, or refuses with 500 when there is none. */
  delete(name: string): void {
    this.get(name);
    this.#definitions.delete(name);
  }
}

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
