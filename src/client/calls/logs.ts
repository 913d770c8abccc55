/** Calls for stored logs. @module */

import { toWireLogEntry } from "../../protocol/logs/log_entry.ts";
import type { Client } from "../client.ts";
import type { SendCall } from "../http/http_client.ts";
import { listCall } from "../http/list_logs.ts";

/** Creates the calls for stored logs. */
export function logCalls(send: SendCall): Pick<Client, "listLogs" | "createLog"> {
  return {
    listLogs: (filter, options) => send(listCall(filter), options),

    createLog: (
      { runId, driver, pipeline = "", timestamp = new Date().toISOString(), message },
      options,
    ) =>
      send({
        action: `store a log entry of the run ${JSON.stringify(runId)}`,
        method: "POST",
        path: "/logs",
        body: toWireLogEntry({ runId, driver, pipeline, timestamp, message }),
      }, options),
  };
}
