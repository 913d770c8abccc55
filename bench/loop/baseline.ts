/**
 * The best loop to be written by hand over nats.js: no async traces, a consume callback that reads ahead, a
 * confirmed result with a message id, and then the ack. It has no retries, no leases, no order of resources, no time-outs, no
 * logs and no graceful stop.
 */

import type { JsMsg } from "@nats-io/jetstream";
import { type LoopOptions, type NatsLoop, openLoop } from "./nats_loop.ts";

/** Starts the loop; the function it gives ends it. */
export function startBaseline(options: LoopOptions): Promise<() => Promise<void>> {
  return startConsume(options, 500);
}

/** Starts the loop with a record of each result. */
export function startRecording(options: LoopOptions): Promise<() => Promise<void>> {
  return startBaseline({ ...options, record: "each" });
}

/** Starts the loop with a record for all results of a turn of the event loop: as few messages as a journal may come to. */
export function startRecordingTogether(options: LoopOptions): Promise<() => Promise<void>> {
  return startBaseline({ ...options, record: "together" });
}

/** Starts a loop with `consume`, which holds up to `stock` messages besides those in work. */
export async function startConsume(
  options: LoopOptions,
  stock: number,
): Promise<() => Promise<void>> {
  const { close, ...loop } = await openLoop(options);
  const stop = await consumeOn(loop, options.concurrency, stock);
  return async () => {
    await stop();
    await close();
  };
}

/** Starts to work off one consumer; the function it gives ends it. */
export async function consumeOn(
  { consumer, handle }: NatsLoop,
  concurrency: number,
  stock: number,
): Promise<() => Promise<unknown>> {
  const waiting: JsMsg[] = [];
  let running = 0;

  async function work(): Promise<void> {
    running++;
    for (let next = waiting.shift(); next; next = waiting.shift()) await handle(next);
    running--;
  }

  const messages = await consumer.consume({
    max_messages: stock,
    callback: (message) => {
      waiting.push(message);
      if (running < concurrency) void work();
    },
  });
  return () => messages.close();
}
