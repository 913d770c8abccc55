/** Calls for pipelines. @module */

import { readPipeline as read, toWirePipeline as toWire } from "../../protocol/pipeline.ts";
import type { Client } from "../client.ts";
import type { SendCall } from "../http/http_client.ts";
import { crudCalls } from "./crud_calls.ts";

/** Creates the calls for pipelines. */
export function pipelineCalls(
  send: SendCall,
): Pick<Client, "createPipeline" | "getPipeline" | "updatePipeline" | "deletePipeline"> {
  const calls = crudCalls(send, { base: "/pipelines", noun: "pipeline", toWire, read });
  return {
    // The server replaces a pipeline of the same name.
    createPipeline: (pipeline, options) => calls.create(pipeline, options, { idempotent: true }),
    getPipeline: calls.get,
    updatePipeline: calls.update,
    deletePipeline: calls.remove,
  };
}
