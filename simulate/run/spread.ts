/** Spreads seeds over processes. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addSummary, emptySummary, type Summary } from "./summary.ts";

/** Which seeds to play, and how. */
export interface SpreadOptions {
  readonly from: number;
  readonly count: number;
  readonly workers: number;
  readonly without: readonly string[];
}

/** What a worker is told. */
export interface WorkerTask {
  readonly from: number;
  readonly count: number;
  readonly stride: number;
  readonly without: readonly string[];
}

/** Plays all seeds, in several processes. */
export async function spreadSeeds(
  { from, count, workers, without }: SpreadOptions,
): Promise<Summary> {
  const total = emptySummary();
  const tasks = Array.from({ length: workers }, (_, at): WorkerTask => ({
    from: from + at,
    count: count - at,
    stride: workers,
    without,
  }));
  for (const summary of await Promise.all(tasks.map(playInWorker))) addSummary(total, summary);
  return total;
}

function playInWorker(task: WorkerTask): Promise<Summary> {
  return new Promise((resolve, reject) => {
    let summary: Summary | undefined;
    const worker = fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), [
      JSON.stringify(task),
    ], { execArgv: [...process.execArgv, "--max-semi-space-size=64"] }); // Most objects live for one step.
    worker.on("message", (message) => summary = message as Summary);
    worker.on("error", reject);
    worker.on("exit", (code) => {
      if (summary) resolve(summary);
      else {reject(
          new Error(`a worker ended with exit code ${code} before it had played its schedules`),
        );}
    });
  });
}
