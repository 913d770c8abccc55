/** Liveness of a connection. @module */

import type { NatsConnection } from "@nats-io/nats-core";
import { withDeadline } from "../../../async/deadline.ts";

/** Whether the server has responded to a ping before the connection was lost. What was sent before has then arrived. */
export function answersPing(core: NatsConnection): Promise<boolean> {
  return Promise.race([
    core.flush().then(() => true, () => false),
    core.closed().then(() => false),
  ]);
}

/** Whether the server responds to a ping in time. */
export function answersPingWithin(core: NatsConnection, timeoutMs: number): Promise<boolean> {
  return withDeadline({ action: "ping the server", timeoutMs }, () => answersPing(core))
    .catch(() => false); // It rejects only when the time is up.
}
