/** What a manager takes that has nothing to do. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { managerProgram } from "./manager_program.ts";
import { type BenchWorld, clear, loadEvents } from "../world.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Waits, and then says what it has taken meanwhile. */
const PROGRAM = managerProgram(`
await new Promise((resolve) => setTimeout(resolve, 1000));
const cpu = process.cpuUsage();
const seconds = Number(process.argv[2]);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ cpu: (user + system) / 1000 / seconds, rss: process.memoryUsage().rss }));
`);

/** What an idle process takes. */
export interface Idle {
  /** CPU time in milliseconds for each second. */
  readonly cpuMsPerSecond: number;
  /** Resident memory in MiB, and how much of that an empty program has. */
  readonly rssMib: number;
  readonly emptyRssMib: number;
}

/** Watches an idle manager for `seconds`. */
export async function measureIdle(world: BenchWorld, seconds: number): Promise<Idle> {
  await loadEvents(world, "bench", 0);
  const { cpu, rss } = await lineOf(PROGRAM, [world.url, String(seconds)]);
  const empty = await lineOf(
    `console.log(JSON.stringify({ cpu: 0, rss: process.memoryUsage().rss }))`,
    [],
  );
  await clear(world);
  const mib = (bytes: number) => bytes / 1024 ** 2;
  return { cpuMsPerSecond: cpu, rssMib: mib(rss), emptyRssMib: mib(empty.rss) };
}

async function lineOf(
  program: string,
  args: readonly string[],
): Promise<{ cpu: number; rss: number }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line) as { cpu: number; rss: number };
  }
  throw new Error("the idle program has ended without a word");
}
