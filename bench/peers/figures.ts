/** What the contenders are measured at. @module */

import { median } from "../median.ts";
import type { Contender } from "./contender.ts";
import { measure, type Measured, type Task } from "./measure.ts";

/** The medians of one contender. */
export interface Figures {
  readonly name: string;
  readonly server: string;
  readonly one: Measured;
  readonly many: Measured;
  /** Jobs a second by the number in work at a time. */
  readonly byConcurrency: ReadonlyMap<number, number>;
  /** Jobs a second by the number of processes, {@linkcode PER_PROCESS} at a time in each. */
  readonly byProcesses: ReadonlyMap<number, number>;
}

/** In work at a time in each of several processes. */
export const PER_PROCESS = 16;

const CONCURRENCIES = [1, 4, 16, 64, 256];
const PROCESSES = [1, 2, 4];

/** How much is measured. */
export interface Amount {
  readonly rounds: number;
  /** Jobs with one at a time, and with more. */
  readonly few: number;
  readonly many: number;
}

/** Measures all in turns; the first round warms the machine and the servers up. */
export async function measureAll(
  contenders: readonly Contender[],
  { rounds, few, many }: Amount,
): Promise<Figures[]> {
  const results = new Map<string, Measured[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      for (const task of tasks(few, many)) {
        const measured = await measure(contender, task);
        const key = keyOf(contender, task);
        if (round > 0) results.set(key, [...results.get(key) ?? [], measured]);
      }
    }
  }
  return contenders.map((contender) => {
    const at = (task: Omit<Task, "jobs">) => middle(results.get(keyOf(contender, task)) ?? []);
    const rateAt = (task: Omit<Task, "jobs">) => at(task).rate;
    return {
      name: contender.name,
      server: contender.server,
      one: at({ concurrency: 1 }),
      many: at({ concurrency: 64 }),
      byConcurrency: new Map(
        CONCURRENCIES.map((n) => [n, rateAt({ concurrency: n })]),
      ),
      byProcesses: new Map(
        PROCESSES.map((
          n,
        ) => [n, rateAt({ concurrency: PER_PROCESS, processes: n })]),
      ),
    };
  });
}

function tasks(few: number, many: number): Task[] {
  return [
    ...CONCURRENCIES.map((concurrency) => ({
      concurrency,
      jobs: concurrency < 4 ? few : many,
    })),
    ...PROCESSES.slice(1).map((processes) => ({
      concurrency: PER_PROCESS,
      processes,
      jobs: many,
    })),
  ];
}

function keyOf(
  { name }: Contender,
  { concurrency, processes = 1 }: Omit<Task, "jobs">,
): string {
  return `${name} ${concurrency} ${processes}`;
}

function middle(all: readonly Measured[]): Measured {
  return {
    rate: median(all.map(({ rate }) => rate)),
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
  };
}
