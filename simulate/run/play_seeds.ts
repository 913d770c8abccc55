/** Plays the schedules of many seeds in this process. */

import { makePlan } from "../plan/make_plan.ts";
import { playSchedule } from "./schedule.ts";
import { addPlayed, emptySummary, type Summary } from "./summary.ts";

/** Plays seeds until they end, or until `enough` says so. */
export async function playSeeds(
  seeds: Iterable<number>,
  without: ReadonlySet<string> = new Set(),
  enough: (summary: Summary) => boolean = () => false,
): Promise<Summary> {
  const summary = emptySummary();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // Traces are what errors cost most, and they are not read here.
  try {
    for (const seed of seeds) {
      addPlayed(summary, seed, await playSchedule(makePlan(seed, without)));
      if (enough(summary)) break;
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return summary;
}

/** Every `stride`th seed. */
export function* everySeed(from: number, count: number, stride = 1): Generator<number> {
  for (let at = 0; at < count; at += stride) yield from + at;
}
