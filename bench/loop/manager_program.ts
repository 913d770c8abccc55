/** Programs of one manager, for measurements that start processes. @module */

/** A program whose manager is ready when `whenReady` runs; it stops after that. The server's URL is its first argument. */
export function managerProgram(whenReady: string): string {
  return `
import { createDriver, createDriverManager } from "@conveyor/driver";
const driver = createDriver({ name: "bench", resources: ["workflow"], reconcile() {} });
const manager = createDriverManager({ driver, servers: process.argv[1], console: false });
const running = manager.run();
await manager.ready;
${whenReady}
await manager.stop();
await running;
`;
}
