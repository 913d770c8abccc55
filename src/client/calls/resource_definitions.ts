/** Calls about resource definitions. @module */

import {
  readResourceDefinition as read,
  toWireResourceDefinition as toWire,
} from "../../protocol/resource_definition.ts";
import type { Client } from "../client.ts";
import type { Http } from "../http/http_client.ts";
import { namedCalls } from "./crud_calls.ts";

/** Makes the calls about resource definitions. */
export function resourceDefinitionCalls(http: Http): Pick<
  Client,
  | "createResourceDefinition"
  | "createOrUpdateResourceDefinition"
  | "getResourceDefinition"
  | "updateResourceDefinition"
  | "deleteResourceDefinition"
> {
  const noun = "resource definition";
  const calls = namedCalls(http, { base: "/resource-definitions", noun, toWire, read });
  return {
    createResourceDefinition: (definition, options) => calls.create(definition, options),
    createOrUpdateResourceDefinition: (definition, options) =>
      calls.create(definition, options, {
        verb: "create or update",
        at: "/apply",
        repeatable: true,
      }),
    getResourceDefinition: calls.get,
    updateResourceDefinition: calls.update,
    deleteResourceDefinition: calls.remove,
  };
}
