/** Calls for resources. @module */

import {
  readCreateResourceResult,
  type ResourceUpdate,
  toWireResource,
} from "../../protocol/create_resource.ts";
import { readResource, type Resource } from "../../protocol/resource.ts";
import {
  type Deletion,
  readDeletion,
  readUpdated,
  type UpdatedResource,
} from "../../protocol/resource_run.ts";
import { hasCode } from "../../errors.ts";
import type { ProtocolVersion } from "../../protocol/subjects.ts";
import type { Client } from "../client.ts";
import { pathOf } from "../http/address.ts";
import type { SendCall } from "../http/http_client.ts";
import type { CallOptions } from "../options.ts";

/** Trust the caller's type of the spec: the server has validated it against the JSON Schema. */
const read = readResource as <Spec>(body: unknown) => Resource<Spec>;
const readUpdate = readUpdated as <Spec>(body: unknown) => UpdatedResource<Spec>;

/** Creates the calls for resources. In paths, the type comes last on v1 and first on v2. */
export function resourceCalls(
  send: SendCall,
  protocol: ProtocolVersion,
): Pick<Client, "createResource" | "getResource" | "updateResource" | "deleteResource"> {
  const path = (type: string, name: string, ...version: string[]) =>
    pathOf("/resources", ...(protocol === "v1" ? [name, type] : [type, name]), ...version);
  const action = (verb: string, type: string, name: string) =>
    `${verb} the resource ${JSON.stringify(name)} of type ${JSON.stringify(type)}`;

  const getResource: Client["getResource"] = async <Spec>(
    name: string,
    type: string,
    options: CallOptions & { version?: string | number | undefined } = {},
  ) => {
    const { version } = options;
    const versions = version === undefined ? [] : [String(version)];
    return await send({
      action: action(versions.length > 0 ? `get version ${version} of` : "get", type, name),
      method: "GET",
      path: path(type, name, ...versions),
      read: read<Spec>,
    }, options);
  };

  return {
    createResource: (input, options) =>
      send({
        action: action("create", input.resource, input.name),
        method: "POST",
        path: "/resources/",
        body: toWireResource(input),
        remedy500:
          "it may be stored all the same: get it, then update it to start a run, or delete it",
        read: readCreateResourceResult,
      }, options),

    getResource,

    updateResource: async <Spec>(input: ResourceUpdate<Spec>, options?: CallOptions) => {
      const { name, resource: type } = input;
      let { pipeline } = input;
      if (pipeline === undefined && protocol !== "v1") {
        ({ pipeline } = await getResource(name, type, options)); // Without it, the server would take it out of its pipeline.
      }
      return await send({
        action: action("update", type, name),
        method: "PUT",
        path: path(type, name),
        body: toWireResource({ ...input, pipeline: pipeline ?? undefined }),
        read: readUpdate<Spec>,
      }, options);
    },

    deleteResource: (name, type, options) =>
      send<Deletion>({
        action: action("delete", type, name),
        method: "DELETE",
        path: path(type, name),
        bodyType: "text",
        read: readDeletion,
      }, options).catch((error) => {
        if (hasCode(error, "not-found")) return { state: "deleted" };
        throw error;
      }),
  };
}
