/** Time from the start of a program to a manager that is ready, over an empty program's. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { managerProgram } from "./manager_program.ts";
import { median } from "../median.ts";
import { type BenchWorld, clear } from "../world.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const PROGRAM = managerProgram(`console.log("ready")`);

/** Medians in milliseconds. */
export interface StartTimes {
  readonly emptyMs: number;
  readonly readyMs: number;
}

/** Measures in turns, on this runtime's Node. */
export async function measureStart(world: BenchWorld, rounds: number): Promise<StartTimes> {
  const empty: number[] = [];
  const ready: number[] = [];
  for (let round = 0; round < rounds; round++) {
    empty.push(await untilWord(`console.log("ready")`, world.url));
    ready.push(await untilWord(PROGRAM, world.url));
  }
  await clear(world);
  return { emptyMs: median(empty), readyMs: median(ready) };
}

async function untilWord(program: string, url: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, url], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const ms = performance.now() - startedAt;
  await once(child, "exit");
  return ms;
}
