/** Server-sent events. @module */

import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { delayUnlessAborted } from "../../async/delay.ts";
import { messageOf } from "../../errors.ts";

/** How to send events. */
export interface EventStreamOptions {
  /** Time between two heartbeat comments, in milliseconds. */
  readonly heartbeatMs: number;
  /** Ends the heartbeats. Aborted when the client disconnects and when the values end. */
  readonly end: AbortController;
  /** Reports the error when the values end with one. */
  readonly onNotice: (notice: string) => void;
}

/**
 * Sends each value as one event, in the JSON of what `toWire` makes of it, and a comment at intervals to keep the
 * connection open. Values are taken only as fast as the client reads them.
 */
export function eventStream<Value>(
  c: Context,
  values: AsyncIterable<Value>,
  toWire: (value: Value) => unknown,
  { heartbeatMs, end, onNotice }: EventStreamOptions,
): Response {
  const report = (error: Error) =>
    Promise.resolve(onNotice(`an event stream failed: ${messageOf(error)}`));
  const response = streamSSE(c, async (stream) => {
    stream.onAbort(() => end.abort());
    // The first bytes tell the client, and what is in between, that the stream is open.
    await stream.write(": connected\n\n");
    const heartbeats = sendHeartbeats(stream, heartbeatMs, end.signal);
    try {
      for await (const value of values) {
        if (stream.aborted) break;
        await stream.writeSSE({ data: JSON.stringify(toWire(value)) });
      }
    } finally {
      end.abort();
      await heartbeats;
    }
  }, report);
  // How the connection is kept and the body is framed is decided by the HTTP server, not by the handler.
  for (const name of ["connection", "transfer-encoding"]) response.headers.delete(name);
  response.headers.set("cache-control", "no-cache, no-transform");
  response.headers.set("x-accel-buffering", "no"); // Otherwise nginx, for one, keeps events back.
  return response;
}

async function sendHeartbeats(
  stream: SSEStreamingApi,
  heartbeatMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await delayUnlessAborted(heartbeatMs, signal);
    if (signal.aborted) return;
    await stream.write(": heartbeat\n\n");
  }
}
