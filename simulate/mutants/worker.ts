/** Plays seeds against mutated sources, and reports each. */

import { makePlan } from "../plan/make_plan.ts";
import { playSchedule } from "../run/schedule.ts";

const { from, count } = JSON.parse(process.argv[2]!) as { from: number; count: number };
process.removeAllListeners("warning");
Error.stackTraceLimit = 0; // Traces are what errors cost most, and they are not read here.
for (let seed = from; seed < from + count; seed++) {
  const { violations } = await playSchedule(makePlan(seed));
  const next = new Promise((resolve) => process.once("message", resolve));
  process.send?.({ seed, kinds: [...new Set(violations.map(({ kind }) => kind))] });
  await next;
}
process.exit(0);
