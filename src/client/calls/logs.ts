/** Calls for stored logs. @module */

import { toWireLogEntry } from "../../protocol/log_entry.ts";
import { logQuery, readLogEntries } from "../../protocol/log_query.ts";
import type { Client } from "../client.ts";
import type { SendCall } from "../http/http_client.ts";

/** Creates the calls for stored logs. */
export function logCalls(send: SendCall): Pick<Client, "listLogs" | "createLog"> {
  return {
    listLogs: ({ runId, driver, pipeline } = {}, options) => {
      const query = logQuery({ runId, driver, pipeline });
      return send({
        action: `list the log entries ${query || "of every run"}`,
        method: "GET",
        path: `/logs${query && `?${query}`}`,
        read: readLogEntries,
      }, options);
    },

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
