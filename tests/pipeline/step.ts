/**
 * One step of the pipeline, in a process of its own: the driver that the first argument names. With `hold` in the spec it works
 * until it is told to stop. `stamp` refuses the first deletion, and `ship` throws at its first attempt at one.
 */

import { createDriver, createDriverManager } from "../../mod.ts";
import { host } from "../../src/runtime/detect.ts";

const [name = ""] = process.argv.slice(2);

let deletions = 0;

const driver = createDriver<{ greeting: string; hold?: boolean }>({
  name,
  resources: ["parcel"],
  backoff: { initialMs: 10, maxMs: 20 },
  async reconcile({ resource, results, logger, event, signal }) {
    const before = Object.keys(results).sort();
    logger.info(`${name} on ${host().name} got ${event}`);
    logger.info(`after ${before.join(" and ") || "nobody"}: ${resource.spec.greeting} ✓`);
    if (event === "delete" && deletions++ === 0) {
      if (name === "stamp") return { success: false, message: "the stamp is stuck" };
      if (name === "ship") throw new Error("the ship is at sea");
    }
    if (resource.spec.hold) {
      console.log("holding");
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      console.log(`told to stop: ${signal.reason.code}`);
    }
    return { success: true, message: `${name} is done`, data: { runtime: host().name, before } };
  },
});

const manager = createDriverManager({ driver, console: false, ackWaitMs: 2000 });
const running = manager.run();
await manager.ready;
console.log("ready");
await running;
console.log("stopped");
