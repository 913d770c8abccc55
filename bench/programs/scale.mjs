/** One process of the scale measurement: says `ready`, then a line for every run that is done. */

import { createDriver, createDriverManager } from "@conveyor/driver";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

const manager = createDriverManager({
  driver: createDriver({
    name: "bench",
    resources: ["workflow"],
    async reconcile() {
      await sleep(50);
    },
  }),
  servers: process.argv[2] ?? "",
  concurrency: 4,
  console: false,
  runLog: "off",
  onEvent(event) {
    if (event.type === "run-ended") process.stdout.write("done\n");
  },
});
const running = manager.run();
await manager.ready;
process.stdout.write("ready\n");
await running;
