/** Time from the publish of an event to the first line of its reconcile, one event at a time. */

import { setTimeout as pause } from "node:timers/promises";
import { jetstream } from "@nats-io/jetstream";
import { median, percentile } from "../median.ts";
import { type BenchWorld, clear, encodeEvent, loadEvents } from "../world.ts";
import { startBaseline } from "./baseline.ts";
import { startSdk } from "./sdk.ts";

/** Medians in milliseconds, and their ratio. */
export interface Latency {
  readonly baselineMs: number;
  readonly sdkMs: number;
  readonly ratio: number;
  readonly withoutJournalMs: number;
  readonly ratioWithoutJournal: number;
  readonly baselineP99Ms: number;
  readonly sdkP99Ms: number;
}

/** What is measured. */
export interface LatencyOptions {
  readonly events: number;
  readonly rounds: number;
  /** How long an event comes after the last one has ended, in milliseconds. @default {0} At once, while the server still settles it. */
  readonly pauseMs?: number;
}

/** Measures in turns, `rounds` times `events`. */
export async function measureLatency(
  world: BenchWorld,
  { events, rounds, pauseMs = 0 }: LatencyOptions,
): Promise<Latency> {
  const baseline: number[][] = [];
  const sdk: number[][] = [];
  const bare: number[][] = [];
  const series = [[startBaseline, baseline], [startSdk, sdk], [startBare, bare]] as const;
  for (let round = 0; round <= rounds; round++) {
    for (const [start, taken] of series) {
      const one = await measure(world, start, events, pauseMs);
      if (round > 0) taken.push(one); // The first one warms up.
    }
  }
  const ratioOf = (taken: number[][]) =>
    median(taken.map((round, i) => median(round) / median(baseline[i]!)));
  return {
    baselineMs: median(baseline.map(median)),
    sdkMs: median(sdk.map(median)),
    ratio: ratioOf(sdk),
    withoutJournalMs: median(bare.map(median)),
    ratioWithoutJournal: ratioOf(bare),
    baselineP99Ms: median(baseline.map((round) => percentile(round, 0.99))),
    sdkP99Ms: median(sdk.map((round) => percentile(round, 0.99))),
  };
}

/** Without the journal. */
const startBare: typeof startSdk = (options) => startSdk({ ...options, journal: false });

/** The latency of each event. */
async function measure(
  world: BenchWorld,
  start: typeof startSdk,
  events: number,
  pauseMs: number,
): Promise<number[]> {
  const driver = "bench";
  await loadEvents(world, driver, 0);
  const latencies: number[] = [];
  let publishedAt = 0;
  let settled = () => {};
  const end = await start({
    url: world.url,
    driver,
    concurrency: 1,
    onReconcile: () => latencies.push(performance.now() - publishedAt),
    onDone: () => settled(),
  });
  const js = jetstream(world.admin);
  for (let i = 0; i < events; i++) {
    const done = new Promise<void>((resolve) => settled = resolve);
    const data = encodeEvent();
    if (pauseMs > 0) await pause(pauseMs);
    publishedAt = performance.now();
    await Promise.all([js.publish("resources.workflow", data), done]);
  }
  await end();
  await clear(world);
  return latencies;
}
