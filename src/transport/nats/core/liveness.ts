/** Finding out whether a connection is alive, in bounded time. @module */

import type { NatsConnection } from "@nats-io/nats-core";
import { letProcessEnd } from "../../clock.ts";

/** Whether the server has answered a ping before the connection was lost. What was sent before has arrived then. */
export function answersPing(core: NatsConnection): Promise<boolean> {
  return Promise.race([
    core.flush().then(() => true, () => false),
    core.closed().then(() => false),
  ]);
}

/** What a promise gives within a time, or something else. */
export async function within<T>(timeoutMs: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), timeoutMs);
    letProcessEnd(timer);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
