/** Time from the publish of an event to the first line of its reconcile, one event at a time. */

import { jetstream } from "@nats-io/jetstream";
import { median } from "../median.ts";
import { type BenchWorld, clear, encodeEvent, loadEvents } from "../world.ts";
import { startBaseline } from "./baseline.ts";
import { startSdk } from "./sdk.ts";

/** Medians in milliseconds, and their ratio. */
export interface Latency {
  readonly baselineMs: number;
  readonly sdkMs: number;
  readonly ratio: number;
  readonly baselineP99Ms: number;
  readonly sdkP99Ms: number;
}

/** Measures in turns, `rounds` times `events`. */
export async function measureLatency(
  world: BenchWorld,
  { events, rounds }: { events: number; rounds: number },
): Promise<Latency> {
  const baseline: number[][] = [];
  const sdk: number[][] = [];
  await measure(world, startBaseline, events);
  await measure(world, startSdk, events);
  for (let round = 0; round < rounds; round++) {
    baseline.push(await measure(world, startBaseline, events));
    sdk.push(await measure(world, startSdk, events));
  }
  return {
    baselineMs: median(baseline.map(median)),
    sdkMs: median(sdk.map(median)),
    ratio: median(sdk.map((round, i) => median(round) / median(baseline[i]!))),
    baselineP99Ms: median(baseline.map(p99)),
    sdkP99Ms: median(sdk.map(p99)),
  };
}

function p99(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)]!;
}

/** The latency of each event. */
async function measure(
  world: BenchWorld,
  start: typeof startSdk,
  events: number,
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
    publishedAt = performance.now();
    await Promise.all([js.publish("resources.workflow", data), done]);
  }
  await end();
  await clear(world);
  return latencies;
}
