/** Programs of their own, on the runtime of the measurement. */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Starts a program of the folder `programs`, which is JavaScript, so that nothing is measured but the program. */
export function startBenchProgram(
  name: "empty" | "idle" | "ready" | "scale",
  ...args: string[]
): ChildProcessByStdio<null, Readable, null> {
  const run = "Deno" in globalThis ? ["run", "-A"] : [];
  const command = [...run, `bench/programs/${name}.mjs`, ...args];
  return spawn(process.execPath, command, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
}
