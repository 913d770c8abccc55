/** Calls for resources. @module */

import {
  readCreateResourceResult,
  type ResourceInput,
  toWireResource,
} from "../../protocol/create_resource.ts";
import { readResource, type Resource } from "../../protocol/resource.ts";
import type { ProtocolVersion } from "../../protocol/subjects.ts";
import type { Client } from "../client.ts";
import { pathOf } from "../http/address.ts";
import type { HttpClient } from "../http/http_client.ts";
import type { CallOptions } from "../options.ts";

/** Trusts the caller's type of the spec: the server has validated it against the JSON Schema. */
const read = readResource as <Spec>(body: unknown) => Resource<Spec>;

/** Creates the calls for resources. In paths, the type comes last on v1 and first on v2. */
export function resourceCalls(
  http: HttpClient,
  protocol: ProtocolVersion,
): Pick<Client, "createResource" | "getResource" | "updateResource" | "deleteResource"> {
  const path = (type: string, name: string, ...version: string[]) =>
    pathOf("/resources", ...(protocol === "v1" ? [name, type] : [type, name]), ...version);
  const action = (verb: string, type: string, name: string) =>
    `${verb} the resource ${JSON.stringify(name)} of type ${JSON.stringify(type)}`;

  return {
    createResource: (input, options) =>
      http.send({
        action: action("create", input.resource, input.name),
        method: "POST",
        path: "/resources/",
        body: toWireResource(input),
        read: readCreateResourceResult,
      }, options),

    getResource: async <Spec>(
      name: string,
      type: string,
      options: CallOptions & { version?: string | number | undefined } = {},
    ) => {
      const { version } = options;
      const versions = version === undefined ? [] : [String(version)];
      return await http.send({
        action: action(versions.length > 0 ? `get version ${version} of` : "get", type, name),
        method: "GET",
        path: path(type, name, ...versions),
        read: read<Spec>,
      }, options);
    },

    updateResource: async <Spec>(input: ResourceInput<Spec>, options?: CallOptions) =>
      await http.send({
        action: action("update", input.resource, input.name),
        method: "PUT",
        path: path(input.resource, input.name),
        body: toWireResource(input),
        read: read<Spec>,
      }, options),

    deleteResource: async (name, type, options) =>
      await http.send({
        action: action("delete", type, name),
        method: "DELETE",
        path: path(type, name),
      }, options),
  };
}
