/** Measures one contender. @module */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Contender } from "./contender.ts";
import type { Progress } from "./workers/measure.ts";

/** What one measurement is told. */
export interface Task {
  /** How many jobs are stored before the processes start. */
  readonly jobs: number;
  /** How many are in work at a time in each process. */
  readonly concurrency: number;
  readonly processes?: number;
}

/** What one measurement gives. */
export interface Measured {
  /** Jobs per second, from the start of the first to the end of the last. */
  readonly rate: number;
  /** CPU time of all processes, without the server's, in milliseconds for 1,000 jobs. */
  readonly cpuMs: number;
}

/** Measures a contender once. */
export async function measure(
  contender: Contender,
  { jobs, concurrency, processes = 1 }: Task,
): Promise<Measured> {
  await contender.load(jobs);
  const file = fileURLToPath(
    new URL(`./workers/${contender.worker}`, import.meta.url),
  );
  const args = ["--import", "tsx", file, contender.url, String(concurrency)];
  const children = Array.from(
    { length: processes },
    () => spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] }),
  );
  try {
    return await watch(children, jobs);
  } finally {
    await Promise.all(children.map(end));
    await contender.clear();
  }
}

/** Resolves when `jobs` have ended in all processes together; rejects when a process ends before. */
function watch(
  children: readonly ChildProcess[],
  jobs: number,
): Promise<Measured> {
  const latest = new Map<ChildProcess, Progress>();
  return new Promise((resolve, reject) => {
    for (const child of children) {
      child.once(
        "exit",
        (code) => reject(new Error(`a measured process has ended: ${code}`)),
      );
      createInterface({ input: child.stdout! }).on("line", (line) => {
        latest.set(child, JSON.parse(line) as Progress);
        const all = [...latest.values()];
        if (all.reduce((sum, { ended }) => sum + ended, 0) < jobs) return;
        const from = Math.min(...all.map(({ startedAt }) => startedAt));
        const to = Math.max(...all.map(({ at }) => at));
        const cpu = all.reduce((sum, one) => sum + one.cpu, 0);
        resolve({ rate: jobs / (to - from) * 1000, cpuMs: cpu / jobs });
      });
    }
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
