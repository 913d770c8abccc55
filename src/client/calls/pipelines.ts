/** Calls about pipelines. @module */

import { readPipeline as read, toWirePipeline as toWire } from "../../protocol/pipeline.ts";
import type { Client } from "../client.ts";
import type { Http } from "../http/http_client.ts";
import { namedCalls } from "./crud_calls.ts";

/** Makes the calls about pipelines. */
export function pipelineCalls(
  http: Http,
): Pick<Client, "createPipeline" | "getPipeline" | "updatePipeline" | "deletePipeline"> {
  const calls = namedCalls(http, { base: "/pipelines", noun: "pipeline", toWire, read });
  return {
    // The server replaces a pipeline of the same name, so sending one twice is as good as once.
    createPipeline: (pipeline, options) => calls.create(pipeline, options, { repeatable: true }),
    getPipeline: calls.get,
    updatePipeline: calls.update,
    deletePipeline: calls.remove,
  };
}
