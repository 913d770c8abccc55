/** Events per second from a backlog, SDK against the hand-written loop, taken in turns. */

import { setTimeout as delay } from "node:timers/promises";
import { median } from "../median.ts";
import { type BenchWorld, clear, loadEvents, storedResults } from "../world.ts";
import { startResourceApi } from "./resource_api.ts";
import { startBaseline } from "./baseline.ts";
import { startNext, startSmallConsume } from "./library.ts";
import { type SdkOptions, startSdk } from "./sdk.ts";

/** What is measured, and how often. */
export interface ThroughputOptions {
  readonly concurrency: number;
  readonly events: number;
  readonly rounds: number;
}

/** Medians in events per second, and their ratios. */
export interface Throughput {
  readonly baseline: number;
  readonly sdk: number;
  readonly sdkWithoutJournal: number;
  /** With `staleness: "check"`. */
  readonly sdkChecking: number;
  readonly consume: number;
  readonly next: number;
  readonly ratio: number;
  readonly ratioWithoutJournal: number;
  readonly ratioChecking: number;
  readonly consumeRatio: number;
  readonly nextRatio: number;
}

type Start = (options: SdkOptions) => Promise<() => Promise<void>>;

/** Measures one concurrency. */
export async function measureThroughput(
  world: BenchWorld,
  { concurrency, events, rounds }: ThroughputOptions,
): Promise<Throughput> {
  const baseline: number[] = [];
  const sdk: number[] = [];
  const bare: number[] = [];
  const checking: number[] = [];
  const consume: number[] = [];
  const next: number[] = [];
  const measure = (start: Start, count = events) =>
    eventsPerSecond(world, start, concurrency, count);
  const withoutJournal: Start = (options) => startSdk({ ...options, journal: false });
  await using api = await startResourceApi();
  const withCheck: Start = async (options) => {
    await delay(1000); // Then no event is taken for fresh.
    return await startSdk({ ...options, apiUrl: api.url });
  };
  const all = [startBaseline, startSdk, withoutJournal, withCheck, startSmallConsume, startNext];
  for (const start of all) {
    await measure(start, Math.ceil(events / 4)); // Warm the machine and the compiler up.
  }
  for (let round = 0; round < rounds; round++) {
    baseline.push(await measure(startBaseline));
    sdk.push(await measure(startSdk));
    bare.push(await measure(withoutJournal));
    checking.push(await measure(withCheck));
    consume.push(await measure(startSmallConsume));
    next.push(await measure(startNext));
  }
  const ratioTo = (values: number[]) => median(values.map((value, i) => value / baseline[i]!));
  return {
    baseline: median(baseline),
    sdk: median(sdk),
    sdkWithoutJournal: median(bare),
    sdkChecking: median(checking),
    consume: median(consume),
    next: median(next),
    ratio: ratioTo(sdk),
    ratioWithoutJournal: ratioTo(bare),
    ratioChecking: ratioTo(checking),
    consumeRatio: ratioTo(consume),
    nextRatio: ratioTo(next),
  };
}

async function eventsPerSecond(
  world: BenchWorld,
  start: Start,
  concurrency: number,
  events: number,
): Promise<number> {
  const driver = "bench";
  await loadEvents(world, driver, events);
  let startedAt = 0;
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  const end = await start({
    url: world.url,
    driver,
    concurrency,
    onReconcile: () => startedAt ||= performance.now(),
    onDone() {
      if (++done === events) finish();
    },
  });
  await finished;
  const seconds = (performance.now() - startedAt) / 1000;
  await end();
  const stored = await storedResults(world);
  if (stored !== events) throw new Error(`${events} events left ${stored} results`);
  await clear(world);
  return events / seconds;
}
