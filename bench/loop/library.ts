/**
 * What the package would be over the library's own loops and its `publish`: a driver must not hold messages that another
 * instance could process. When these come near the hand-written loop, they can take the place of the package's pulls.
 */

import { startConsume } from "./baseline.ts";
import { type LoopOptions, openLoop } from "./nats_loop.ts";

/** Starts `consume` with the smallest stock that keeps all work going. It still holds as many messages as are in work. */
export function startSmallConsume(options: LoopOptions): Promise<() => Promise<void>> {
  return startConsume(options, options.concurrency);
}

/** Starts loops with `next`, which hold no other messages than those in work. */
export async function startNext(options: LoopOptions): Promise<() => Promise<void>> {
  const { consumer, handle, close } = await openLoop(options);
  let ended = false;
  const work = async () => {
    while (!ended) {
      const message = await consumer.next({ expires: 1000 });
      if (message) await handle(message);
    }
  };
  const working = Promise.all(Array.from({ length: options.concurrency }, work));
  return async () => {
    ended = true;
    await working;
    await close();
  };
}
