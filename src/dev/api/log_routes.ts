/** The calls about logs: stored ones, and the two streams. @module */

import { messageOf } from "../../errors.ts";
import { type LogEntry, readLogEntry, toWireLogEntry } from "../../protocol/log_entry.ts";
import { readLogQuery } from "../../protocol/log_query.ts";
import { json, readBody, text } from "./responses.ts";
import { eventStream } from "./event_stream.ts";
import type { LogStore } from "../store/log_store.ts";
import { HttpError } from "../store/http_error.ts";
import type { Call, Route } from "./router.ts";

/** What the calls about logs work with. */
export interface LogServices {
  readonly logs: LogStore;
  /** Time between two heartbeats of a stream, in milliseconds. */
  readonly heartbeatMs: number;
  /** The streams that are open: aborting one ends it. */
  readonly openStreams: Set<AbortController>;
}

/** The calls about logs. */
export function logRoutes(services: LogServices): Route[] {
  const { logs } = services;
  return [
    {
      method: "GET",
      path: "/logs",
      handle: ({ url }) =>
        json(200, logs.query(readLogQuery(url.searchParams)).map(toWireLogEntry)),
    },
    {
      method: "POST",
      path: "/logs",
      async handle({ request }) {
        logs.insert(readEntry(await readBody(request)));
        return text(201, "Created");
      },
    },
    {
      method: "GET",
      path: "/logs/streams/:driver/:runId",
      handle: (call) => stream(services, call),
    },
    { method: "GET", path: "/logs/pipeline/:runId", handle: (call) => stream(services, call) },
  ];
}

function stream({ logs, heartbeatMs, openStreams }: LogServices, call: Call): Response {
  const { driver, runId = "" } = call.params;
  const end = new AbortController();
  openStreams.add(end);
  end.signal.addEventListener("abort", () => openStreams.delete(end), { once: true });
  call.request.signal.addEventListener("abort", () => end.abort(), { signal: end.signal });
  const filter = { runId, ...(driver !== undefined && { driver }) };
  return eventStream(logs.follow(filter, end.signal), toWireLogEntry, { heartbeatMs, end });
}

function readEntry(body: unknown): LogEntry {
  try {
    return readLogEntry(body);
  } catch (thrown) {
    throw new HttpError(400, `Invalid request payload: ${messageOf(thrown)}`);
  }
}
