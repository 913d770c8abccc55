/** The log of a run on a v2 server: server-sent events and a list. @module */

import { type LogEntry, readLogEntry } from "../../protocol/logs/log_entry.ts";
import { listCall } from "../http/list_logs.ts";
import { pathOf } from "../http/address.ts";
import type { ApiCall, ApiResponse } from "../http/api_call.ts";
import type { SendCall } from "../http/http_client.ts";
import { readChunks, readText } from "../http/response.ts";
import { tooLarge, unreadableResponse } from "../http/response_error.ts";
import { createEventStreamParser } from "./event_stream.ts";
import type { LogSource } from "./log_source.ts";

/** The most characters of one event. */
const MOST_OF_EVENT = 2 ** 22;

/** Creates the source of a run's log on a v2 server, of one driver or of all. */
export function sseLogSource(
  send: SendCall,
  { runId, driver }: { runId: string; driver?: string | undefined },
): LogSource {
  const call: ApiCall<ApiResponse> = {
    action: `stream the log of the run ${JSON.stringify(runId)}`,
    method: "GET",
    path: driver === undefined
      ? pathOf("/logs/pipeline", runId)
      : pathOf("/logs/streams", driver, runId),
    bodyType: "stream",
  };

  return {
    list: (signal) => send({ ...listCall({ runId, driver }), maxBytes: Infinity }, { signal }),

    async read(reader, signal, timeoutMs) {
      const response = await send(call, { signal, timeoutMs });
      if (
        !response.body || !/^text\/event-stream/i.test(response.headers.get("content-type") ?? "")
      ) {
        const text = await readText(response);
        throw unreadableResponse(response, text, "it is not an event stream");
      }
      reader.onOpen();
      let pending = 0;
      const feed = createEventStreamParser((data) => {
        pending = 0;
        if (data === undefined) return;
        const entry = parseEntry(data, { runId, driver });
        // The stream of a server that serves many may turn to another run.
        if (entry.runId === runId && entry.driver === (driver ?? entry.driver)) {
          reader.onEntry(entry);
        } else reader.onGap?.();
      });
      for await (const text of readChunks(response, Infinity, signal)) {
        reader.onActivity();
        pending += text.length;
        feed(text);
        if (pending > MOST_OF_EVENT) throw tooLarge(response, MOST_OF_EVENT);
      }
    },
  };
}

/** Returns an event that is not a log entry as an entry with its text, so that no output is lost. */
function parseEntry(
  data: string,
  { runId, driver = "" }: { runId: string; driver?: string | undefined },
): LogEntry {
  try {
    return readLogEntry(JSON.parse(data));
  } catch {
    return { runId, driver, pipeline: "", timestamp: "", message: data };
  }
}
