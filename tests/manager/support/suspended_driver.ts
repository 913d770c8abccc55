/** Runs a driver whose process a test suspends, against the NATS server that the first argument names. */

import process from "node:process";
import { createDriver, createDriverManager } from "../../../mod.ts";

const driver = createDriver({
  name: "deploy",
  resources: ["workflow"],
  async reconcile() {
    process.stderr.write("RECONCILES\n");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return { success: true, message: "of the suspended process" };
  },
});

const manager = createDriverManager({
  driver,
  servers: process.argv[2]!,
  ackWaitMs: 2000,
  console: false,
  onEvent(event) {
    if (event.type === "run-ended") process.stderr.write(`OUTCOME ${event.outcome}\n`);
  },
});
void manager.ready.then(() => process.stderr.write("READY\n"));
await manager.run();
