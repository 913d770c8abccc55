/** Calls for resources. @module */

import {
  readCreateResourceResult,
  type ResourceUpdate,
  toWireResource,
} from "../../protocol/resources/create_resource.ts";
import { readResource, type Resource } from "../../protocol/resources/resource.ts";
import {
  type Deletion,
  readDeletion,
  readUpdated,
  type UpdatedResource,
} from "../../protocol/resources/resource_run.ts";
import { hasCode } from "../../errors.ts";
import type { ProtocolVersion } from "../../protocol/subjects.ts";
import type { Client } from "../client.ts";
import { pathOf } from "../http/address.ts";
import type { SendCall } from "../http/http_client.ts";
import type { CallOptions } from "../options.ts";

/** Trust the caller's type of the spec: the server has validated it against the JSON Schema. */
const read = readResource as <Spec>(body: unknown) => Resource<Spec>;
const readUpdate = readUpdated as <Spec>(body: unknown) => UpdatedResource<Spec>;

/**
 * Creates the calls for resources. Of v1 servers, those until June 2025 have the type last in paths: which one this is shows the
 * first resource that is found, and before that nothing is changed.
 */
export function resourceCalls(
  send: SendCall,
  protocol: ProtocolVersion,
): Pick<Client, "createResource" | "getResource" | "updateResource" | "deleteResource"> {
  let typeFirst = protocol === "v1" ? undefined : true;
  const path = (type: string, name: string, first = typeFirst, ...version: string[]) =>
    pathOf("/resources", ...(first ? [type, name] : [name, type]), ...version);
  const action = (verb: string, type: string, name: string) =>
    `${verb} the resource ${JSON.stringify(name)} of type ${JSON.stringify(type)}`;

  const getResource: Client["getResource"] = async <Spec>(
    name: string,
    type: string,
    options: CallOptions & { version?: string | number | undefined } = {},
  ) => {
    const { version } = options;
    const get = (first?: boolean) =>
      send({
        action: action(version === undefined ? "get" : `get version ${version} of`, type, name),
        method: "GET",
        path: path(type, name, first, ...version === undefined ? [] : [String(version)]),
        read: read<Spec>,
      }, options);
    if (typeFirst !== undefined) return await get();
    const found = await get().catch((error) => {
      if (!hasCode(error, "not-found")) throw error;
    });
    // With the other name, it was found as one of the type `name`.
    const resource = found?.name === name ? found : await get(true);
    typeFirst = resource !== found;
    return resource;
  };

  return {
    createResource: (input, options) =>
      send({
        action: action("create", input.resource, input.name),
        method: "POST",
        path: "/resources/",
        body: toWireResource(input),
        remedy500: "it may be stored: get it, then update or delete it",
        read: readCreateResourceResult,
      }, options),

    getResource,

    updateResource: async <Spec>(input: ResourceUpdate<Spec>, options?: CallOptions) => {
      const { name, resource: type } = input;
      let { pipeline } = input;
      if (pipeline === undefined || typeFirst === undefined) {
        const stored = await getResource(name, type, options);
        if (pipeline === undefined) ({ pipeline } = stored); // Without it, the server would take it out of its pipeline.
      }
      return await send({
        action: action("update", type, name),
        method: "PUT",
        path: path(type, name),
        body: toWireResource({ ...input, pipeline: pipeline ?? undefined }),
        read: readUpdate<Spec>,
      }, options);
    },

    deleteResource: async (name, type, options) => {
      try {
        if (typeFirst === undefined) await getResource(name, type, options);
        return await send<Deletion>({
          action: action("delete", type, name),
          method: "DELETE",
          path: path(type, name),
          bodyType: "text",
          read: readDeletion,
        }, options);
      } catch (error) {
        if (hasCode(error, "not-found")) return { state: "deleted" };
        throw error;
      }
    },
  };
}
