/** BullMQ on a real Redis. @module */

import { Queue } from "bullmq";
import { encodeEvent } from "../world.ts";
import { type Contender, payload } from "./contender.ts";
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
      for (let left = count; left > 0; left -= 1000) {
        const jobs = Array.from(
          { length: Math.min(1000, left) },
          () => ({ name: "create", data: payload(encodeEvent()) }),
        );
        await queue.addBulk(jobs);
      }
    },
    clear: () => queue.obliterate({ force: true }),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}
