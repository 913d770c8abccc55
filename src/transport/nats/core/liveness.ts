/** Finding out whether a connection is alive, in bounded time. @module */

import type { NatsConnection } from "@nats-io/nats-core";
import { withDeadline } from "../../../async/deadline.ts";

/** Whether the server has answered a ping before the connection was lost. What was sent before has arrived then. */
export function answersPing(core: NatsConnection): Promise<boolean> {
  return Promise.race([
    core.flush().then(() => true, () => false),
    core.closed().then(() => false),
  ]);
}

/** Whether the server answers a ping in time. */
export function answersPingWithin(core: NatsConnection, timeoutMs: number): Promise<boolean> {
  return withDeadline({ action: "ping the server", timeoutMs }, () => answersPing(core))
    .catch(() => false); // It rejects for one reason only: that the time is up.
}
