/** Log lines stored per second, by hand in two ways and with the SDK, taken in turns. */

import { median } from "../median.ts";
import { type BenchWorld, clear, openBenchWorld } from "../world.ts";
import { openBare } from "./bare.ts";
import { openBaseline } from "./baseline.ts";
import { measureCallCost } from "./call_cost.ts";
import { measureMillionLines } from "./million_lines.ts";
import { openSdk } from "./with_sdk.ts";

/** How much is measured. */
export interface MeasureLogsOptions {
  readonly quick?: boolean;
}

/** What is measured. Rates are lines stored per second, medians over the rounds. */
export interface LogFigures {
  /** By hand with the client library's JetStream publish, as many at a time. */
  readonly baseline: number;
  /** With the SDK. */
  readonly sdk: number;
  /** The SDK's rate over the baseline's. */
  readonly logs_ratio: number;
  /** By hand with nothing made for a line but its bytes: no promise, no time-out, no message id, no retry. */
  readonly bare: number;
  /** The SDK's rate over that. */
  readonly logs_ratio_bare: number;
  /** Microseconds that a call of `logger.info` takes the caller. */
  readonly log_call_us: number;
  readonly log_call_labelled_us: number;
  /** A million lines of a process's output, or fewer in a quick run. */
  readonly log_million_lines: number;
  readonly log_million_lines_per_second: number;
  readonly log_million_lines_memory_mib: number;
  readonly log_million_lines_once_and_in_order: boolean;
}

/** Measures all there is to measure of logs. */
export async function measureLogs({ quick = false }: MeasureLogsOptions = {}): Promise<LogFigures> {
  await using world = await openBenchWorld();
  const rates = await measureRates(world, quick ? 20_000 : 50_000, quick ? 3 : 7);
  await clear(world);
  const million = await measureMillionLines(world.url, quick ? 100_000 : 1_000_000);
  const call = await measureCallCost(quick ? 100 : 1000);
  return {
    ...rates,
    log_call_us: call.plainUs,
    log_call_labelled_us: call.labelledUs,
    log_million_lines: million.lines,
    log_million_lines_per_second: million.linesPerSecond,
    log_million_lines_memory_mib: million.memoryGrowthMiB,
    log_million_lines_once_and_in_order: million.onceAndInOrder,
  };
}

async function measureRates(
  world: BenchWorld,
  count: number,
  rounds: number,
): Promise<Pick<LogFigures, "baseline" | "sdk" | "logs_ratio" | "bare" | "logs_ratio_bare">> {
  const lines = Array.from(
    { length: count },
    (_, index) => `step ${index}: compiling module ${index % 997} of the application, 132 files`,
  );
  const ways = {
    baseline: await openBaseline(world.url),
    bare: await openBare(world.url),
    sdk: await openSdk(world.url),
  };
  const rates: Record<keyof typeof ways, number[]> = { baseline: [], bare: [], sdk: [] };
  // The first round warms the machine and the compiler up.
  for (let round = 0; round <= rounds; round++) {
    for (const way of ["baseline", "bare", "sdk"] as const) {
      await clear(world);
      const start = performance.now();
      await ways[way].store(`run-${way}`, lines);
      if (round > 0) rates[way].push(count / ((performance.now() - start) / 1000));
    }
  }
  for (const way of Object.values(ways)) await way.close();
  const ratioTo = (base: number[]) => median(rates.sdk.map((rate, index) => rate / base[index]!));
  return {
    baseline: median(rates.baseline),
    sdk: median(rates.sdk),
    logs_ratio: ratioTo(rates.baseline),
    bare: median(rates.bare),
    logs_ratio_bare: ratioTo(rates.bare),
  };
}
