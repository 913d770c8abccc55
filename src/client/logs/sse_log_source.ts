/** The log of a run on a v2 server: server-sent events and a list. @module */

import { createParser } from "eventsource-parser";
import { type LogEntry, readLogEntry } from "../../protocol/log_entry.ts";
import type { Client } from "../client.ts";
import { pathOf } from "../http/address.ts";
import type { Http } from "../http/http_client.ts";
import { readChunks, readText } from "../http/response.ts";
import { bodyTooLarge, unreadableResponse } from "../http/response_error.ts";
import type { LogSource } from "./log_source.ts";

/** The log of a run on a v2 server: server-sent events and a list. */
export function logSource(
  http: Http,
  client: Pick<Client, "listLogs">,
  { runId, driver }: { runId: string; driver?: string | undefined },
): LogSource {
  const call = {
    action: `stream the log of the run ${JSON.stringify(runId)}`,
    method: "GET",
    path: driver === undefined
      ? pathOf("/logs/pipeline", runId)
      : pathOf("/logs/streams", driver, runId),
  } as const;

  return {
    list: (signal) => client.listLogs({ runId, driver }, { signal }),

    async read(reader, signal, timeoutMs) {
      const response = await http.open(call, { signal, timeoutMs });
      if (
        !response.body || !/^text\/event-stream/i.test(response.headers.get("content-type") ?? "")
      ) {
        const text = await readText(response);
        throw unreadableResponse(response, text, "it is not a stream of events");
      }
      reader.onOpen();
      let unfinished = 0;
      const parser = createParser({
        onEvent({ data }) {
          unfinished = 0;
          reader.onEntry(parseEntry(data, { runId, driver }));
        },
        onComment: () => unfinished = 0,
      });
      for await (const text of readChunks(response, Infinity, signal)) {
        reader.onActivity();
        unfinished += text.length;
        parser.feed(text);
        if (unfinished > response.maxBodyBytes) throw bodyTooLarge(response);
      }
    },
  };
}

/** An event that is no log entry is shown as it came: a log is for people, and nothing in it may be lost. */
function parseEntry(data: string, run: { runId: string; driver?: string | undefined }): LogEntry {
  try {
    return readLogEntry(JSON.parse(data));
  } catch {
    return {
      runId: run.runId,
      driver: run.driver ?? "",
      pipeline: "",
      timestamp: "",
      message: data,
    };
  }
}
