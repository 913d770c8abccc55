/** The driver of the recorded terminal, against the NATS server that the first argument names. */

import process from "node:process";
import { createDriver, createDriverManager } from "../../../mod.ts";

let endShop = () => {};
const shopEnded = new Promise<void>((resolve) => endShop = resolve);

const build = createDriver({
  name: "build",
  resources: ["workflow"],
  reconcile({ resource, logger }) {
    logger.info("building", { image: resource.name });
    return { success: true, message: `built ${resource.name}` };
  },
});

const deploy = createDriver({
  name: "deploy",
  resources: ["site"],
  events: ["create", "update"],
  maxAttempts: 2,
  backoff: { initialMs: 10, maxMs: 10 },
  reconcile({ resource, signal, attempt }) {
    if (resource.name === "slow") {
      void shopEnded.then(() => process.kill(process.pid, "SIGINT"));
      return new Promise((_, reject) => signal.onabort = () => reject(signal.reason));
    }
    if (attempt === 1) throw new Error("disk full\nof \x1b[2J\x1b[31mlogs");
    return { success: false, message: "still full" };
  },
});

await createDriverManager({
  drivers: [build, deploy],
  servers: process.argv[2]!,
  onEvent(event) {
    if (event.type === "run-ended" && event.run.attempt === 2) endShop();
  },
  shutdownGraceMs: 100,
  abortGraceMs: 100,
}).run();
