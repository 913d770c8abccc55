/** The call that lists stored log entries. @module */

import { byTime } from "../../protocol/logs/entry_time.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import { logQuery, readLogEntries } from "../../protocol/logs/log_query.ts";
import type { LogFilter } from "../log_options.ts";
import type { ApiCall } from "./api_call.ts";

/** Creates the call that lists stored entries, in order of time. */
export function listCall(filter: LogFilter = {}): ApiCall<LogEntry[]> {
  const query = logQuery(filter);
  return {
    action: `list the log entries ${query || "of every run"}`,
    method: "GET",
    path: `/logs${query && `?${query}`}`,
    // The server lists by driver, and then by time.
    read: (body) =>
      readLogEntries(body).filter(({ runId }) => runId === (filter.runId || runId)).sort(byTime),
  };
}
