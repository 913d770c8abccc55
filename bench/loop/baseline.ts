/**
 * The best loop to be written by hand over nats.js: no async traces, a consume callback that reads ahead, a
 * confirmed result with a message id, and then the ack. It has no retries, no leases, no order of resources, no time-outs, no
 * logs and no graceful stop.
 */

import { jetstream, type JsMsg } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a hand-written loop is told. */
export interface BaselineOptions {
  readonly url: string;
  readonly driver: string;
  readonly concurrency: number;
  /** Called when a reconcile begins. */
  readonly onReconcile: (runId: string) => void;
  /** Called when an event is acknowledged. */
  readonly onDone: () => void;
}

/** Starts the loop; the function it gives ends it. */
export async function startBaseline(options: BaselineOptions): Promise<() => Promise<void>> {
  const { url, driver, concurrency, onReconcile, onDone } = options;
  const nc = await connect({ servers: url, noAsyncTraces: true });
  const js = jetstream(nc);
  const consumer = await js.consumers.get("messages", driver);
  const waiting: JsMsg[] = [];
  let running = 0;

  async function handle(message: JsMsg): Promise<void> {
    const event = JSON.parse(decoder.decode(message.data));
    const resource = JSON.parse(event.payload);
    onReconcile(event.run_id);
    const result = { success: true, message: "", data: null, driver };
    await js.publish(
      "pipelines.driver.result",
      encoder.encode(JSON.stringify({
        event: "driver.result",
        run_id: event.run_id,
        resource,
        driverresult: result,
      })),
      { msgID: `${driver}:${event.run_id}:${event.id}` },
    );
    message.ack();
    onDone();
  }

  async function work(): Promise<void> {
    running++;
    for (let next = waiting.shift(); next; next = waiting.shift()) await handle(next);
    running--;
  }

  const messages = await consumer.consume({
    max_messages: 500,
    callback: (message) => {
      waiting.push(message);
      if (running < concurrency) void work();
    },
  });
  return async () => {
    await messages.close();
    await nc.close();
  };
}
