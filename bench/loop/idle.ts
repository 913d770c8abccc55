/** What a manager takes that has nothing to do. */

import { createInterface } from "node:readline";
import { startBenchProgram } from "../programs.ts";
import { type BenchWorld, clear, loadEvents } from "../world.ts";

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
  const { cpu, rss } = await lineOf("idle", world.url, String(seconds));
  const empty = await lineOf("empty");
  await clear(world);
  const mib = (bytes: number) => bytes / 1024 ** 2;
  return { cpuMsPerSecond: cpu, rssMib: mib(rss), emptyRssMib: mib(empty.rss) };
}

async function lineOf(
  program: "empty" | "idle",
  ...args: string[]
): Promise<{ cpu: number; rss: number }> {
  const child = startBenchProgram(program, ...args);
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line) as { cpu: number; rss: number };
  }
  throw new Error(`bench/programs/${program}.mjs has ended without a word`);
}
