/** Time from the start of a program to a manager that is ready, over an empty program's. */

import { once } from "node:events";
import { median } from "../median.ts";
import { startBenchProgram } from "../programs.ts";
import { type BenchWorld, clear } from "../world.ts";

/** Medians in milliseconds. */
export interface StartTimes {
  readonly emptyMs: number;
  readonly readyMs: number;
}

/** Measures in turns, on the runtime of the measurement. */
export async function measureStart(world: BenchWorld, rounds: number): Promise<StartTimes> {
  const empty: number[] = [];
  const ready: number[] = [];
  for (let round = 0; round < rounds; round++) {
    empty.push(await untilWord("empty", world.url));
    ready.push(await untilWord("ready", world.url));
  }
  await clear(world);
  return { emptyMs: median(empty), readyMs: median(ready) };
}

async function untilWord(program: "empty" | "ready", url: string): Promise<number> {
  const startedAt = performance.now();
  const child = startBenchProgram(program, url);
  await once(child.stdout, "data");
  const ms = performance.now() - startedAt;
  if (child.exitCode === null) await once(child, "exit");
  return ms;
}
