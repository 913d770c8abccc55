/** The call that lists stored log entries. @module */

import type { LogEntry } from "../../protocol/log_entry.ts";
import { logQuery, readLogEntries } from "../../protocol/log_query.ts";
import type { LogFilter } from "../log_options.ts";
import type { ApiCall } from "./api_call.ts";

/** Creates the call that lists stored entries. */
export function listCall({ runId, driver, pipeline }: LogFilter = {}): ApiCall<LogEntry[]> {
  const query = logQuery({ runId, driver, pipeline });
  return {
    action: `list the log entries ${query || "of every run"}`,
    method: "GET",
    path: `/logs${query && `?${query}`}`,
    read: readLogEntries,
  };
}
