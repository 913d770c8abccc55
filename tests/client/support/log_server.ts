import type { ServerResponse } from "node:http";
import { createClient, type LogEntry } from "../../../src/client/mod.ts";
import { EVENTS, serve } from "./http_server.ts";

let count = 0;

/** A log entry on the wire, with a time of its own unless it is given. */
export const wire = (
  message: string,
  { timestamp = stamp(), driver = "build", runid = "r1" } = {},
) => ({
  runid,
  driver,
  pipeline: "ship",
  timestamp,
  message,
});

/** A time that no other entry has. */
export const stamp = () => `2026-01-01T00:00:00.${String(++count).padStart(9, "0")}Z`;
type Wire = ReturnType<typeof wire>;

/** An entry as a server-sent event. */
export const event = (entry: object) => `data: ${JSON.stringify(entry)}\n\n`;

/** A server with a log: its stored entries, and what it streams over its first, second… connection. */
export async function logServer(
  stored: () => Wire[],
  ...streams: ((response: ServerResponse) => void)[]
) {
  let opened = 0;
  const server = await serve(({ path }) => {
    if (path.startsWith("/logs?")) return { body: stored() };
    const stream = streams[Math.min(opened++, streams.length - 1)];
    return {
      write(response) {
        response.writeHead(200, EVENTS);
        response.flushHeaders();
        stream?.(response);
      },
    };
  });
  return { ...server, client: createClient({ url: server.url, retry: false }) };
}

/** Reads the messages of a stream, up to `wanted`. */
export async function take(stream: AsyncIterable<LogEntry>, wanted = Infinity): Promise<string[]> {
  const messages: string[] = [];
  if (wanted === 0) return messages;
  for await (const { message } of stream) if (messages.push(message) === wanted) break;
  return messages;
}
