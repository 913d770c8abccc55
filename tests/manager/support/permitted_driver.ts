/** Runs a driver that needs every permission, against the NATS server that the first argument names, if any. */

import process from "node:process";
import { createDriver, createDriverManager } from "../../../mod.ts";

const driver = createDriver({
  name: "deploy",
  resources: ["workflow"],
  async reconcile({ resource, logger, emit, attempt }) {
    logger.info(`reconciling ${resource.name}`);
    await emit("progress", { done: 1 });
    if (resource.name === "fails") throw new Error("it always fails");
    if (resource.name === "again" && attempt === 1) throw new Error("it fails once");
  },
});

await createDriverManager({
  driver,
  ...(process.argv[2] && { servers: process.argv[2] }),
  auth: { user: "deploy", password: "the password of deploy" },
  exclusive: true,
  ackWaitMs: 4000,
  maxAttempts: 2,
  concurrency: 4,
  backoff: { initialMs: 10, maxMs: 20 },
}).run();
