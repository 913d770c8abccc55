/** Calls for resource definitions. @module */

import {
  readResourceDefinition as read,
  toWireResourceDefinition as toWire,
} from "../../protocol/resources/resource_definition.ts";
import type { Client } from "../client.ts";
import type { SendCall } from "../http/http_client.ts";
import { crudCalls } from "./crud_calls.ts";

/** Creates the calls for resource definitions. */
export function resourceDefinitionCalls(send: SendCall): Pick<
  Client,
  | "createResourceDefinition"
  | "createOrUpdateResourceDefinition"
  | "getResourceDefinition"
  | "updateResourceDefinition"
  | "deleteResourceDefinition"
> {
  const noun = "resource definition";
  const calls = crudCalls(send, { base: "/resource-definitions", noun, toWire, read });
  return {
    createResourceDefinition: (definition, options) => calls.create(definition, options),
    createOrUpdateResourceDefinition: (definition, options) =>
      calls.create(definition, options, {
        verb: "create or update",
        at: "/apply",
        idempotent: true,
      }),
    getResourceDefinition: calls.get,
    updateResourceDefinition: calls.update,
    deleteResourceDefinition: calls.remove,
  };
}
