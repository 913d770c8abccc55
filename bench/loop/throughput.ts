/** Events per second from a backlog, SDK against the hand-written loop, taken in turns. */

import { setTimeout as delay } from "node:timers/promises";
import { median } from "../median.ts";
import { type BenchWorld, clear, loadEvents, storedResults } from "../world.ts";
import { startResourceApi } from "./resource_api.ts";
import { startBaseline, startRecording, startRecordingTogether } from "./baseline.ts";
import { startNext, startSmallConsume } from "./library.ts";
import { type SdkOptions, startSdk } from "./sdk.ts";
import { TimesInWork } from "./times_in_work.ts";

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
  /** The loop by hand with a record of each result. */
  readonly recording: number;
  /** The same with a record for all results of a turn of the event loop. */
  readonly recordingTogether: number;
  readonly consume: number;
  readonly next: number;
  readonly ratio: number;
  readonly ratioWithoutJournal: number;
  readonly sdkWithRunLog: number;
  readonly ratioWithRunLog: number;
  readonly ratioChecking: number;
  readonly recordingRatio: number;
  readonly recordingTogetherRatio: number;
  /** The SDK's rate over that of the loop with records. */
  readonly ratioToRecording: number;
  readonly consumeRatio: number;
  readonly nextRatio: number;
  readonly baselineCosts: Costs;
  readonly sdkCosts: Costs;
}

/** What an event costs, in milliseconds. */
export interface Costs {
  /** CPU time of the process for 1,000 events. */
  readonly cpuMs: number;
  /** From the first line of a reconcile to the acknowledgement of its event. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One measurement. */
export interface Measured extends Costs {
  /** Events per second. */
  readonly rate: number;
}

/** Starts what is measured; the function it gives ends it. */
export type Start = (options: SdkOptions) => Promise<() => Promise<void>>;

/** Measures one concurrency. */
export async function measureThroughput(
  world: BenchWorld,
  { concurrency, events, rounds }: ThroughputOptions,
): Promise<Throughput> {
  const baseline: Measured[] = [];
  const sdk: Measured[] = [];
  const bare: number[] = [];
  const told: number[] = [];
  const checking: number[] = [];
  const recording: number[] = [];
  const together: number[] = [];
  const consume: number[] = [];
  const next: number[] = [];
  const measure = (start: Start, count = events) => measureEvents(world, start, concurrency, count);
  const withoutJournal: Start = (options) => startSdk({ ...options, journal: false });
  const withRunLog: Start = (options) => startSdk({ ...options, runLog: true });
  await using api = await startResourceApi();
  const withCheck: Start = async (options) => {
    await delay(1000); // Then no event is taken for fresh.
    return await startSdk({ ...options, apiUrl: api.url });
  };
  const all = [
    startBaseline,
    startSdk,
    withoutJournal,
    withRunLog,
    withCheck,
    startRecording,
    startRecordingTogether,
    startSmallConsume,
    startNext,
  ];
  for (const start of all) {
    await measure(start, Math.ceil(events / 4)); // Warm the machine and the compiler up.
  }
  for (let round = 0; round < rounds; round++) {
    baseline.push(await measure(startBaseline));
    sdk.push(await measure(startSdk));
    bare.push((await measure(withoutJournal)).rate);
    told.push((await measure(withRunLog)).rate);
    checking.push((await measure(withCheck)).rate);
    recording.push((await measure(startRecording)).rate);
    together.push((await measure(startRecordingTogether)).rate);
    consume.push((await measure(startSmallConsume)).rate);
    next.push((await measure(startNext)).rate);
  }
  const ratioTo = (values: number[]) => median(values.map((value, i) => value / baseline[i]!.rate));
  const rates = sdk.map(({ rate }) => rate);
  return {
    baseline: median(baseline.map(({ rate }) => rate)),
    sdk: median(rates),
    sdkWithoutJournal: median(bare),
    sdkWithRunLog: median(told),
    sdkChecking: median(checking),
    recording: median(recording),
    recordingTogether: median(together),
    consume: median(consume),
    next: median(next),
    ratio: ratioTo(rates),
    ratioWithoutJournal: ratioTo(bare),
    ratioWithRunLog: ratioTo(told),
    ratioChecking: ratioTo(checking),
    recordingRatio: ratioTo(recording),
    recordingTogetherRatio: ratioTo(together),
    ratioToRecording: median(rates.map((rate, i) => rate / recording[i]!)),
    consumeRatio: ratioTo(consume),
    nextRatio: ratioTo(next),
    baselineCosts: costsOf(baseline),
    sdkCosts: costsOf(sdk),
  };
}

function costsOf(rounds: readonly Measured[]): Costs {
  const middle = (field: keyof Costs) => median(rounds.map((round) => round[field]));
  return { cpuMs: middle("cpuMs"), p50Ms: middle("p50Ms"), p99Ms: middle("p99Ms") };
}

/** Measures how a backlog of events is worked off. */
export async function measureEvents(
  world: BenchWorld,
  start: Start,
  concurrency: number,
  events: number,
): Promise<Measured> {
  const driver = "bench";
  await loadEvents(world, driver, events);
  let startedAt = 0;
  let cpu = process.cpuUsage();
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  const times = new TimesInWork();
  const end = await start({
    url: world.url,
    driver,
    concurrency,
    onReconcile(runId) {
      times.started(runId);
      if (startedAt !== 0) return;
      startedAt = performance.now();
      cpu = process.cpuUsage();
    },
    onDone(runId) {
      times.ended(runId);
      if (++done === events) finish();
    },
  });
  await finished;
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await end();
  const stored = await storedResults(world);
  if (stored !== events) throw new Error(`${events} events left ${stored} results`);
  await clear(world);
  return {
    rate: events / seconds,
    cpuMs: (user + system) / events,
    p50Ms: times.percentile(0.5),
    p99Ms: times.percentile(0.99),
  };
}
