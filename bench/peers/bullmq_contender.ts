/** BullMQ on a real Redis. @module */

import { Queue } from "bullmq";
import { type Contender, payloads } from "./contender.ts";
import type { RunningServer } from "./servers/program.ts";

/** BullMQ on this server. */
export function bullmqContender(
  { url, release }: RunningServer,
): Contender & AsyncDisposable {
  const queue = new Queue("bench", { connection: { url } });
  return {
    name: "BullMQ",
    worker: "bullmq.ts",
    url,
    server: release,
    async load(count) {
      for (const batch of payloads(count)) {
        await queue.addBulk(batch.map((data) => ({ name: "create", data })));
      }
    },
    clear: () => queue.obliterate({ force: true }),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}
