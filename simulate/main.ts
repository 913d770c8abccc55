/**
 * `npm run simulate`: plays schedules that seeds decide against the real manager, and says which of them break a promise.
 *
 * `npm run simulate -- --seeds 100000 --from 1` says how many and which, `--seed 17` plays one with a trace, `--mutants` puts
 * known bugs back and says how soon each is found, `--write` puts the figures into `docs/reliability.md`. Exits 1 when a promise
 * is broken, or a mutant is not found.
 */

import { MUTANTS } from "./mutants/all.ts";
import { type MutantFound, playMutant } from "./mutants/play_mutants.ts";
import { makePlan } from "./plan/make_plan.ts";
import { writeMutants, writeSummary } from "./run/document.ts";
import { readOptions } from "./run/options.ts";
import { playSchedule } from "./run/schedule.ts";
import { shrinkPlan } from "./run/shrink.ts";
import { spreadSeeds } from "./run/spread.ts";
import { brokenSchedules, renderSummary, type Summary } from "./run/summary.ts";

const options = readOptions();
process.removeAllListeners("warning");
if (options.seed !== undefined) process.exitCode = await replay(options.seed);
else if (options.mutants) process.exitCode = await playMutants();
else process.exitCode = await playMany();

async function replay(seed: number): Promise<number> {
  const lines: string[] = [];
  const plan = makePlan(seed, new Set(options.without));
  const { violations } = await playSchedule(plan, (line) => lines.push(line));
  console.log(lines.join("\n"));
  for (const { kind, at, detail } of violations) {
    console.log(`${kind} at ${at.toFixed(0)} ms: ${detail}`);
  }
  if (options.shrink && violations[0]) await printShortest(seed, violations[0].kind);
  return violations.length === 0 ? 0 : 1;
}

async function playMany(): Promise<number> {
  console.log(`seeds ${options.from} to ${options.from + options.count - 1}`);
  const started = performance.now();
  const summary = await spreadSeeds(options);
  const seconds = (performance.now() - started) / 1000;
  console.log(renderSummary(summary, seconds));
  if (options.write) {
    const { from, count } = options;
    await writeSummary(summary, seconds, `npm run simulate -- --seeds ${count} --from ${from}`);
  }
  if (options.shrink) await printShortestOfEach(summary);
  return brokenSchedules(summary) === 0 ? 0 : 1;
}

async function playMutants(): Promise<number> {
  const from = options.from;
  console.log(`seeds from ${from}, at most ${options.count} for each mutant`);
  const waiting = MUTANTS.filter(({ name }) => options.only?.includes(name) ?? true);
  const found: MutantFound[] = [];
  const playNext = async (): Promise<void> => {
    const mutant = waiting.shift();
    if (!mutant) return;
    const result = await playMutant(mutant, from, options.count);
    const { seeds, played, kinds } = result;
    found.push(result);
    console.log(
      `${mutant.name}: found in ${seeds.length} of ${played} seeds (${seeds.join(" ")}) as ${
        kinds.join(", ") || "nothing"
      }`,
    );
    return await playNext();
  };
  await Promise.all(Array.from({ length: options.workers }, playNext));
  const missed = found.filter(({ seeds }) => seeds.length === 0).length;
  if (options.write) {
    await writeMutants(found, `npm run simulate -- --mutants --from ${from}`);
  }
  console.log(missed === 0 ? "all were found" : `${missed} were not found`);
  return missed === 0 ? 0 : 1;
}

async function printShortestOfEach({ kinds }: Summary): Promise<void> {
  for (const [kind, [first]] of Object.entries(kinds)) await printShortest(first!.seed, kind);
}

async function printShortest(seed: number, kind: string): Promise<void> {
  const shortest = await shrinkPlan(makePlan(seed, new Set(options.without)), kind);
  const lines: string[] = [];
  await playSchedule(shortest, (line) => lines.push(line));
  console.log(`\n${kind}, seed ${seed}, the shortest schedule that shows it:`);
  console.log(JSON.stringify(shortest));
  console.log(lines.slice(-60).join("\n"));
}
