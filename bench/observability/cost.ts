/** What it costs that a manager can be observed, measured on against off in turns. */

import { median } from "../median.ts";
import { type Measured, measureEvents, type Start } from "../loop/throughput.ts";
import { startSdkOf } from "../loop/sdk.ts";
import type { BenchWorld } from "../world.ts";
import { buildVariants } from "./variants.ts";

/** A part of the cost, over a manager that observes nothing. Medians of the rounds. */
export interface Cost {
  /** Events per second. */
  readonly rate: number;
  /** Its rate over the other's: 1 costs nothing. */
  readonly ratio: number;
  /** CPU time of the process for 1,000 events, in milliseconds. */
  readonly cpuMs: number;
  /** The part that CPU time grows by: 0.03 is 3 %. Steadier than the rate where the machine does other work. */
  readonly cpuCost: number;
}

/** The parts. */
export interface ObservabilityCost {
  readonly off: Pick<Measured, "rate" | "cpuMs">;
  /** Metrics, events and health: what is always there. */
  readonly on: Cost;
  /** The same, with `openTelemetry()` and no SDK. */
  readonly withoutSdk: Cost;
  /** The same as `on`, with the run log. */
  readonly runLog: Cost;
}

/** Measures in turns, the order reversed each time, so that a machine that gets slower or faster favors none. */
export async function measureCost(
  world: BenchWorld,
  { concurrency, events, rounds }: { concurrency: number; events: number; rounds: number },
): Promise<ObservabilityCost> {
  const { on, off } = await buildVariants();
  const { openTelemetry } = await import("@conveyor/driver/otel");
  const starts: Record<keyof ObservabilityCost, Start> = {
    off: (options) => startSdkOf(off, { ...options, hook: false }),
    on: (options) => startSdkOf(on, { ...options, hook: false }),
    withoutSdk: (options) =>
      startSdkOf(on, { ...options, hook: false, telemetry: openTelemetry() }),
    runLog: (options) => startSdkOf(on, { ...options, hook: false, runLog: true }),
  };
  const kinds = Object.keys(starts) as (keyof ObservabilityCost)[];
  const measured = { off: [], on: [], withoutSdk: [], runLog: [] } as Record<
    keyof ObservabilityCost,
    Measured[]
  >;
  const measure = (kind: keyof ObservabilityCost) =>
    measureEvents(world, starts[kind], concurrency, events);
  for (const kind of kinds) await measure(kind); // Warm the machine and the compiler up.
  for (let round = 0; round < rounds; round++) {
    for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
      measured[kind].push(await measure(kind));
    }
  }
  const costOf = (kind: keyof ObservabilityCost): Cost => {
    const overOff = (key: "rate" | "cpuMs") =>
      median(measured[kind].map((each, i) => each[key] / measured.off[i]![key]));
    return {
      ...medians(measured[kind]),
      ratio: overOff("rate"),
      cpuCost: overOff("cpuMs") - 1,
    };
  };
  return {
    off: medians(measured.off),
    on: costOf("on"),
    withoutSdk: costOf("withoutSdk"),
    runLog: costOf("runLog"),
  };
}

function medians(measured: readonly Measured[]): ObservabilityCost["off"] {
  return {
    rate: median(measured.map(({ rate }) => rate)),
    cpuMs: median(measured.map(({ cpuMs }) => cpuMs)),
  };
}
