/** Calls about resources. @module */

import { readCreateResourceResult, toWireResource } from "../protocol/create_resource.ts";
import { readResource, type Resource } from "../protocol/resource.ts";
import type { ProtocolVersion } from "../protocol/subjects.ts";
import { pathOf } from "./address.ts";
import type { Client } from "./client.ts";
import type { Http } from "./http.ts";

/** Makes the calls about resources. v1 names the type last in paths, v2 first. */
export function resourceCalls(
  http: Http,
  protocol: ProtocolVersion,
): Pick<Client, "createResource" | "getResource" | "updateResource" | "deleteResource"> {
  const path = (type: string, name: string, ...version: string[]) =>
    pathOf("/resources", ...(protocol === "v1" ? [name, type] : [type, name]), ...version);
  const called = (type: string, name: string) =>
    `${JSON.stringify(name)} of type ${JSON.stringify(type)}`;

  return {
    createResource: (resource, options) =>
      http.send({
        action: `create the resource ${called(resource.resource, resource.name)}`,
        method: "POST",
        path: "/resources/",
        body: toWireResource(resource),
        read: readCreateResourceResult,
      }, options),

    async getResource<Spec>(
      name: string,
      type: string,
      options: Parameters<Client["getResource"]>[2] = {},
    ) {
      const { version } = options;
      const versions = version === undefined ? [] : [String(version)];
      return await http.send({
        action: `get ${versions.map((it) => `version ${it} of `)}the resource ${
          called(type, name)
        }`,
        method: "GET",
        path: path(type, name, ...versions),
        read: readResource as (answer: unknown) => Resource<Spec>,
      }, options);
    },

    async updateResource<Spec>(
      resource: Parameters<Client["updateResource"]>[0],
      options?: Parameters<Client["updateResource"]>[1],
    ) {
      return await http.send({
        action: `update the resource ${called(resource.resource, resource.name)}`,
        method: "PUT",
        path: path(resource.resource, resource.name),
        body: toWireResource(resource),
        read: readResource as (answer: unknown) => Resource<Spec>,
      }, options);
    },

    async deleteResource(name, type, options) {
      await http.send({
        action: `delete the resource ${called(type, name)}`,
        method: "DELETE",
        path: path(type, name),
        answer: "none",
        read: () => {},
      }, options);
    },
  };
}
