/** Server-sent events. @module */

import { encodeText } from "../../protocol/json.ts";

/** How to send events. */
export interface EventStreamOptions {
  /** Time between two heartbeat comments, in milliseconds. */
  readonly heartbeatMs: number;
  /** Ends the stream, and is told when the client goes away. */
  readonly end: AbortController;
}

/**
 * An answer that sends each value as one event, in the JSON that `toWire` makes of it, and a comment every now and then to keep the connection alive.
 * Values are taken only as fast as the client reads them.
 */
export function eventStream<Value>(
  values: AsyncGenerator<Value, void>,
  toWire: (value: Value) => unknown,
  { heartbeatMs, end }: EventStreamOptions,
): Response {
  let gone = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const beat = () => controller.enqueue(encodeText(": heartbeat\n\n"));
      const heartbeat = setInterval(beat, heartbeatMs);
      end.signal.addEventListener("abort", () => clearInterval(heartbeat), { once: true });
    },
    async pull(controller) {
      const { done, value } = await values.next();
      if (gone) return;
      if (done) controller.close();
      else controller.enqueue(encodeText(`data: ${JSON.stringify(toWire(value))}\n\n`));
    },
    cancel() {
      gone = true;
      end.abort();
    },
  });
  return new Response(body, {
    status: 200,
    headers: { "content-type": "text/event-stream", "cache-control": "no-cache" },
  });
}
