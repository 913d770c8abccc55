/** Takes all measurements, one after another. @module */

import { measureLogs } from "./logs/logs_ratio.ts";
import { measureBacklogs } from "./loop/backlog.ts";
import { measureDrivers } from "./loop/drivers.ts";
import { measureIdle } from "./loop/idle.ts";
import { measureLatency } from "./loop/latency.ts";
import { measureScale } from "./loop/scale.ts";
import { measureStart } from "./loop/start.ts";
import { measureThroughput } from "./loop/throughput.ts";
import { measureCost } from "./observability/cost.ts";
import { openBenchWorld } from "./world.ts";

/** All that is measured. */
export type Measured = Awaited<ReturnType<typeof measureAll>>;

/** Measures on a server of its own; less when `quick`. */
// deno-lint-ignore explicit-module-boundary-types -- what it returns is what the sections return
export async function measureAll(quick: boolean) {
  const rounds = quick ? 3 : 7;
  await using world = await openBenchWorld();
  const c1 = await measureThroughput(world, {
    concurrency: 1,
    events: quick ? 1000 : 4000,
    rounds,
  });
  const c64 = await measureThroughput(world, {
    concurrency: 64,
    events: quick ? 4000 : 16_000,
    rounds,
  });
  const observed = await measureCost(world, {
    concurrency: 64,
    events: quick ? 3000 : 8000,
    rounds: quick ? 5 : 15,
  });
  const latency = await measureLatency(world, { events: quick ? 300 : 1000, rounds });
  const latencyAtRest = await measureLatency(world, {
    events: quick ? 100 : 400,
    rounds,
    pauseMs: 3,
  });
  const scale = await measureScale(world, quick ? 2 : 6);
  const drivers = await measureDrivers(world, {
    events: quick ? 3000 : 9000,
    rounds: quick ? 1 : 3,
  });
  const start = await measureStart(world, rounds);
  const backlogs = await measureBacklogs(world, quick ? [1000] : [1000, 100_000, 400_000]);
  const idle = await measureIdle(world, quick ? 2 : 20);
  const logs = await measureLogs({ quick });
  return { c1, c64, observed, latency, latencyAtRest, scale, drivers, start, backlogs, idle, logs };
}
