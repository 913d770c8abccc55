/** Long runs behind short ones: an instance that has read ahead leaves to the other what it cannot run. */

import { playRounds, SLOTS } from "../lib/rounds.ts";
import { type Figure, type Scenario, type ScenarioContext, told } from "../lib/scenario.ts";

const SHORT = 200;
const LONG = 8;
const SHORT_MS = 1;
const LONG_MS = 1000;
/** What a round takes when no slot is ever idle, and then some for 200 more ways there and back. */
const BEST_MS = (LONG_MS * LONG + SHORT_MS * SHORT) / SLOTS;
const LIMIT_MS = BEST_MS + LONG_MS * 3 / 4;

/** 200 runs of one millisecond and then 8 of one second, on two instances of concurrency 2, each of five times. */
export const readAhead: Scenario = { name: "read-ahead", run };

async function run(context: ScenarioContext): Promise<Figure[]> {
  const { slowest, handedBack, results } = await playRounds(context, {
    runs: SHORT + LONG,
    workMs: (number) => number < SHORT ? SHORT_MS : LONG_MS,
    limitMs: LIMIT_MS,
    what: `${SHORT} short and ${LONG} long runs`,
  });
  return [slowest, told("events that have gone back unrun", handedBack), ...results];
}
