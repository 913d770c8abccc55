/** What all loops over nats.js share: one connection, and the work for one event. */

import {
  type Consumer,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  type JsMsg,
} from "@nats-io/jetstream";
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
  readonly onDone: (runId: string) => void;
  /**
   * Whether a record of each result goes into a bucket, behind the result and unconfirmed: in a message of its own, as the journal's
   * do, or together with those of the same turn of the event loop. @default {"none"}
   */
  readonly record?: "none" | "each" | "together";
}

/** The bucket of the records. */
const BUCKET = "bench-outcomes";

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
  { driver, onReconcile, onDone, record = "none" }: Omit<LoopOptions, "url">,
): Promise<NatsLoop> {
  const js = jetstream(nc);
  const instance = crypto.randomUUID();
  let number = 0;
  if (record !== "none") await makeBucket(nc);
  let turn: string[] = [];
  const publishTurn = () => {
    nc.publish(`$KV.${BUCKET}.${instance}.${number}`, `[${turn.join(",")}]`);
    turn = [];
  };
  return {
    consumer: await js.consumers.get("messages", driver),
    async handle(message) {
      const event = JSON.parse(decoder.decode(message.data));
      const resource = JSON.parse(event.payload);
      onReconcile(event.run_id);
      const result = { success: true, message: "", data: null, driver };
      const stored = js.publish(
        "pipelines.driver.result",
        encoder.encode(JSON.stringify({
          event: "driver.result",
          run_id: event.run_id,
          resource,
          driverresult: result,
        })),
        { msgID: `${driver}:${event.run_id}:${event.id}` },
      );
      const key = `${driver}.${event.run_id}.${event.id}`;
      if (record === "each") {
        const said = JSON.stringify({ result, by: [instance, ++number] });
        nc.publish(`$KV.${BUCKET}.${key}`, said);
      } else if (record === "together") {
        number++;
        if (turn.push(JSON.stringify([key, result])) === 1) queueMicrotask(publishTurn);
      }
      await stored;
      message.ack();
      onDone(event.run_id);
    },
  };
}

/** Makes the bucket, as the library for key-value buckets does. */
async function makeBucket(nc: NatsConnection): Promise<void> {
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({
    name: `KV_${BUCKET}`,
    subjects: [`$KV.${BUCKET}.>`],
    max_msgs_per_subject: 1,
    max_age: 24 * 3600 * 1e9,
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
  });
}
