/** Where a run's log comes from. @module */

import { createParser } from "eventsource-parser";
import { type LogEntry, readLogEntry } from "../../protocol/log_entry.ts";
import { pathOf } from "../http/address.ts";
import {
  type ApiResponse,
  bodyTooLarge,
  readText,
  truncatedBody,
  unreadableResponse,
} from "../http/response.ts";
import type { Client } from "../client.ts";
import type { Http } from "../http/http_client.ts";

/** What a log tells its reader. */
export interface LogReader {
  /** The connection stands. */
  onOpen(): void;
  /** Something came, an entry or a heartbeat. */
  onActivity(): void;
  onEntry(entry: LogEntry): void;
}

/** A run's log on a server. */
export interface LogSource {
  /** Connects and reads: what is stored, then what comes. Resolves when the server ends it; rejects when it breaks off. */
  read(reader: LogReader, signal: AbortSignal, timeoutMs: number): Promise<void>;
  /** Lists what is stored. */
  list(signal: AbortSignal): Promise<LogEntry[]>;
}

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
    answer: "text",
    read: () => {},
  } as const;

  return {
    list: (signal) => client.listLogs({ runId, driver }, { signal }),

    async read(reader, signal, timeoutMs) {
      const exchange = await http.open(call, { signal, timeoutMs });
      const { body, headers } = exchange.response;
      if (!body || !/^text\/event-stream/i.test(headers.get("content-type") ?? "")) {
        throw unreadableResponse(
          exchange,
          await readText(exchange),
          "it is not a stream of events",
        );
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
      await readChunks(exchange, body, signal, (text) => {
        reader.onActivity();
        unfinished += text.length;
        parser.feed(text);
        if (unfinished > exchange.maxBodyBytes) throw bodyTooLarge(exchange);
      });
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

async function readChunks(
  exchange: ApiResponse,
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<void> {
  const reader = body.getReader();
  const cancel = () => reader.cancel().catch(() => {}); // A stream that has failed needs no end.
  signal.addEventListener("abort", cancel, { once: true });
  const decoder = new TextDecoder();
  try {
    for (let bytes = 0; !signal.aborted;) {
      const { done, value } = await reader.read().catch((cause) => {
        throw truncatedBody(exchange, bytes, cause);
      });
      if (done) return;
      bytes += value.length;
      onText(decoder.decode(value, { stream: true }));
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    await cancel();
  }
}
