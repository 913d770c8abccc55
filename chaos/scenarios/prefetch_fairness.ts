/** Few long runs on few instances: one that holds messages it does not run would keep the others idle. */

import { playRounds, SLOTS } from "../lib/rounds.ts";
import { exactly, type Figure, type Scenario, type ScenarioContext } from "../lib/scenario.ts";

const RUNS = 8;
const WORK_MS = 1000;
/** What a round takes when no slot is ever idle, and then some for the way there and back. */
const BEST_MS = WORK_MS * RUNS / SLOTS;
const LIMIT_MS = BEST_MS + WORK_MS / 2;

/** 8 runs of one second on two instances of concurrency 2 take two seconds, each of five times. */
export const prefetchFairness: Scenario = { name: "prefetch-fairness", run };

async function run(context: ScenarioContext): Promise<Figure[]> {
  const { starts: [first, second], runs, slowest, results } = await playRounds(context, {
    runs: RUNS,
    workMs: () => WORK_MS,
    limitMs: LIMIT_MS,
    what: `${RUNS} runs`,
  });
  return [
    slowest,
    exactly("runs of the first instance", runs / 2, first),
    exactly("runs of the second instance", runs / 2, second),
    ...results,
  ];
}
