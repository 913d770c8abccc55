/**
 * The command line `conveyor-driver`: runs drivers with a server of their own, starts and follows runs, and creates projects.
 * Importing it runs nothing; it is started as a program.
 *
 * ```sh
 * npx conveyor-driver dev driver.js
 * deno run -A jsr:@conveyor/driver/cli dev driver.ts
 * bunx conveyor-driver dev driver.ts
 * ```
 *
 * @module
 */

import process from "node:process";
import { isMain } from "./is_main.ts";
import { runCommandLine } from "./main.ts";
import { endWithReader } from "./output/create_terminal.ts";

export { runCommandLine } from "./main.ts";

if (isMain(import.meta)) {
  endWithReader();
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
