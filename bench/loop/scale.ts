/** How much faster 2 and 4 processes are than one, each with concurrency 4 and a reconcile of 50 ms. */

import { once } from "node:events";
import { createInterface } from "node:readline";
import { startBenchProgram } from "../programs.ts";
import { type BenchWorld, clear, loadEvents } from "../world.ts";

/** Runs per second by number of processes, and their ratios. */
export interface Scale {
  readonly one: number;
  readonly two: number;
  readonly four: number;
  readonly scale2: number;
  readonly scale4: number;
}

/** Measures with `seconds` of work for each number of processes. */
export async function measureScale(world: BenchWorld, seconds: number): Promise<Scale> {
  const perProcess = 4 / 0.05;
  const runsPerSecond = (processes: number) =>
    measure(world, processes, Math.round(perProcess * processes * seconds));
  const one = await runsPerSecond(1);
  const two = await runsPerSecond(2);
  const four = await runsPerSecond(4);
  return { one, two, four, scale2: two / one, scale4: four / one };
}

async function measure(world: BenchWorld, processes: number, events: number): Promise<number> {
  await loadEvents(world, "bench", 0);
  const workers = await Promise.all(
    Array.from({ length: processes }, () => startWorker(world.url)),
  );
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  for (const worker of workers) {
    worker.onDone = () => {
      if (++done === events) finish();
    };
  }
  const startedAt = performance.now();
  await loadEvents(world, "bench", events);
  await finished;
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(workers.map((worker) => worker.stop()));
  await clear(world);
  return events / seconds;
}

async function startWorker(url: string) {
  const child = startBenchProgram("scale", url);
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  const worker = {
    onDone: () => {},
    async stop(): Promise<void> {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
  lines.on("line", () => worker.onDone());
  return worker;
}
