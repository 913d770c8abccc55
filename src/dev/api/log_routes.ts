/** The routes of logs: the stored entries, and the two event streams. @module */

import { type Context, Hono } from "hono";
import { messageOf } from "../../errors.ts";
import { type LogEntry, readLogEntry, toWireLogEntry } from "../../protocol/logs/log_entry.ts";
import { readLogQuery } from "../../protocol/logs/log_query.ts";
import { HttpError } from "../store/http_error.ts";
import type { LogFilter, LogStore } from "../store/log_store.ts";
import { eventStream } from "./event_stream.ts";
import { readBody } from "./request_body.ts";
import { text } from "./responses.ts";

/** What the routes of logs need. */
export interface LogServices {
  readonly logs: LogStore;
  /** Yields the entries of a run, stored and new ones, until the signal aborts. */
  readonly followLog: (
    filter: LogFilter & { readonly runId: string },
    signal: AbortSignal,
  ) => AsyncIterable<LogEntry>;
  /** Time between two heartbeat comments of a stream, in milliseconds. */
  readonly heartbeatMs: number;
  /** The open streams: aborting one ends it. */
  readonly openStreams: Set<AbortController>;
  /** Reports the error when a stream fails. */
  readonly onNotice: (notice: string) => void;
}

/** Creates the routes of logs. */
export function logRoutes(services: LogServices): Hono {
  const { logs } = services;
  const app = new Hono();
  app.get("/logs", (c) => {
    const query = readLogQuery(new URL(c.req.url).searchParams);
    return c.json(logs.query(query).map(toWireLogEntry));
  });
  app.post("/logs", async (c) => {
    logs.insert(readEntry(await readBody(c.req.raw)));
    return text(201, "Created");
  });
  app.get("/logs/streams/:driver/:runId", (c) => stream(services, c));
  app.get("/logs/pipeline/:runId", (c) => stream(services, c));
  return app;
}

function stream(
  { followLog, heartbeatMs, openStreams, onNotice }: LogServices,
  c: Context,
): Response {
  const { driver, runId = "" } = c.req.param();
  const end = new AbortController();
  openStreams.add(end);
  end.signal.addEventListener("abort", () => openStreams.delete(end), { once: true });
  c.req.raw.signal.addEventListener("abort", () => end.abort(), { signal: end.signal });
  const filter = { runId, ...(driver !== undefined && { driver }) };
  const entries = followLog(filter, end.signal);
  return eventStream(c, entries, toWireLogEntry, { heartbeatMs, end, onNotice });
}

function readEntry(body: unknown): LogEntry {
  try {
    return readLogEntry(body);
  } catch (thrown) {
    throw new HttpError(400, `Invalid request payload: ${messageOf(thrown)}`);
  }
}
