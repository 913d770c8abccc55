/** What the programs of one manager begin with. */

import { createDriver, createDriverManager } from "@conveyor/driver";
import process from "node:process";

/** Starts a manager on the server that the first argument names, and returns what stops it. @returns {Promise<() => Promise<void>>} */
export async function startManager() {
  const driver = createDriver({ name: "bench", resources: ["workflow"], reconcile() {} });
  const manager = createDriverManager({ driver, servers: process.argv[2] ?? "", console: false });
  const running = manager.run();
  await manager.ready;
  return async () => {
    await manager.stop();
    await running;
  };
}
