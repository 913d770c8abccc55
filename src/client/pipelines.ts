/** Calls about pipelines. @module */

import { readPipeline as read, toWirePipeline as toWire } from "../protocol/pipeline.ts";
import { pathOf } from "./address.ts";
import type { Client } from "./client.ts";
import type { Http } from "./http.ts";

const BASE = "/pipelines";

/** Makes the calls about pipelines. */
export function pipelineCalls(
  http: Http,
): Pick<Client, "createPipeline" | "getPipeline" | "updatePipeline" | "deletePipeline"> {
  const action = (verb: string, name: string) => `${verb} the pipeline ${JSON.stringify(name)}`;

  return {
    createPipeline: (pipeline, options) =>
      http.send({
        action: action("create", pipeline.name),
        method: "POST",
        path: `${BASE}/`,
        body: toWire(pipeline),
        repeatable: true,
        read,
      }, options),

    getPipeline: async (name, options) =>
      await http.send({
        action: action("get", name),
        method: "GET",
        path: pathOf(BASE, name),
        read,
      }, options),

    updatePipeline: async (pipeline, options) =>
      await http.send({
        action: action("update", pipeline.name),
        method: "PUT",
        path: pathOf(BASE, pipeline.name),
        body: toWire(pipeline),
        repeatable: true,
        read,
      }, options),

    deletePipeline: async (name, options) =>
      await http.send({
        action: action("delete", name),
        method: "DELETE",
        path: pathOf(BASE, name),
        answer: "none",
        read: () => {},
      }, options),
  };
}
