/** Calls about resource definitions. @module */

import {
  readResourceDefinition as read,
  toWireResourceDefinition as toWire,
} from "../protocol/resource_definition.ts";
import { pathOf } from "./address.ts";
import type { Client } from "./client.ts";
import type { Http } from "./http.ts";

const BASE = "/resource-definitions";

/** Makes the calls about resource definitions. */
export function resourceDefinitionCalls(http: Http): Pick<
  Client,
  | "createResourceDefinition"
  | "createOrUpdateResourceDefinition"
  | "getResourceDefinition"
  | "updateResourceDefinition"
  | "deleteResourceDefinition"
> {
  const action = (verb: string, name: string) =>
    `${verb} the resource definition ${JSON.stringify(name)}`;

  return {
    createResourceDefinition: (definition, options) =>
      http.send({
        action: action("create", definition.name),
        method: "POST",
        path: `${BASE}/`,
        body: toWire(definition),
        read,
      }, options),

    createOrUpdateResourceDefinition: (definition, options) =>
      http.send({
        action: action("create or update", definition.name),
        method: "POST",
        path: `${BASE}/apply`,
        body: toWire(definition),
        repeatable: true,
        read,
      }, options),

    getResourceDefinition: async (name, options) =>
      await http.send({
        action: action("get", name),
        method: "GET",
        path: pathOf(BASE, name),
        read,
      }, options),

    updateResourceDefinition: async (definition, options) =>
      await http.send({
        action: action("update", definition.name),
        method: "PUT",
        path: pathOf(BASE, definition.name),
        body: toWire(definition),
        repeatable: true,
        read,
      }, options),

    deleteResourceDefinition: async (name, options) =>
      await http.send({
        action: action("delete", name),
        method: "DELETE",
        path: pathOf(BASE, name),
        answer: "none",
        read: () => {},
      }, options),
  };
}
