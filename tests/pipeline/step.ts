/** One step of the pipeline, in a process of its own: the driver that the first argument names. */

import { createDriver, createDriverManager } from "../../mod.ts";
import { host } from "../../src/runtime/detect.ts";

const [name = ""] = process.argv.slice(2);

const driver = createDriver<{ greeting: string }>({
  name,
  resources: ["parcel"],
  reconcile({ resource, results, logger, event }) {
    const before = Object.keys(results).sort();
    logger.info(`${name} on ${host().name} got ${event}`);
    logger.info(`after ${before.join(" and ") || "nobody"}: ${resource.spec.greeting} ✓`);
    return { success: true, message: `${name} is done`, data: { runtime: host().name, before } };
  },
});

const manager = createDriverManager({ driver, console: false });
const running = manager.run();
await manager.ready;
console.log("ready");
await running;
console.log("stopped");
