/** What all loops over nats.js share: one connection, and the work for one event. */

import { type Consumer, jetstream, type JsMsg } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a hand-written loop is told. */
export interface LoopOptions {
  readonly url: string;
  readonly driver: string;
  readonly concurrency: number;
  /** Called when a reconcile begins. */
  readonly onReconcile: (runId: string) => void;
  /** Called when an event is acknowledged. */
  readonly onDone: () => void;
}

/** What a loop works with on a connection. */
export interface NatsLoop {
  readonly consumer: Consumer;
  /** Publishes the result with a message id, waits for its acknowledgement, and then acknowledges the event. */
  handle(message: JsMsg): Promise<void>;
}

/** Connects, without async traces. */
export async function openLoop(
  options: LoopOptions,
): Promise<NatsLoop & { close(): Promise<void> }> {
  const nc = await connect({ servers: options.url, noAsyncTraces: true });
  return { ...await loopOn(nc, options), close: () => nc.close() };
}

/** A loop on a connection that others share. */
export async function loopOn(
  nc: NatsConnection,
  { driver, onReconcile, onDone }: Omit<LoopOptions, "url">,
): Promise<NatsLoop> {
  const js = jetstream(nc);
  return {
    consumer: await js.consumers.get("messages", driver),
    async handle(message) {
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
    },
  };
}
