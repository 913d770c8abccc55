/**
 * Measures the SDK against hand-written code that does the same work, on a real nats-server with file storage.
 *
 * `npm run bench` prints a table; `npm run bench -- --json` prints one JSON object as its last line; `--quick` measures less.
 */

import { cpus } from "node:os";
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

const quick = process.argv.includes("--quick");
const rounds = quick ? 3 : 7;

await using world = await openBenchWorld();
const c1 = await measureThroughput(world, { concurrency: 1, events: quick ? 1000 : 4000, rounds });
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
const scale = await measureScale(world, quick ? 2 : 6);
const drivers = await measureDrivers(world, { events: quick ? 3000 : 9000, rounds: quick ? 1 : 3 });
const start = await measureStart(world, rounds);
const backlogs = await measureBacklogs(world, quick ? [1000] : [1000, 100_000, 400_000]);
const idle = await measureIdle(world, quick ? 2 : 20);
const logs = await measureLogs({ quick });

const row = (what: string, baseline: string, sdk: string, ratio: number, target: string) => ({
  "what": what,
  "by hand": baseline,
  "SDK": sdk,
  "ratio": Number.isNaN(ratio) ? "" : ratio.toFixed(2),
  "target": target,
});
const ms = (value: number) => `${value.toFixed(3)} ms`;
const perSecond = (value: number) => `${Math.round(value)}/s`;
console.table([
  row("events, concurrency 1", perSecond(c1.baseline), perSecond(c1.sdk), c1.ratio, "≥ 1.30"),
  row("… without the journal", "", perSecond(c1.sdkWithoutJournal), c1.ratioWithoutJournal, ""),
  row("… with the run log", "", perSecond(c1.sdkWithRunLog), c1.ratioWithRunLog, ""),
  row("… asking for each resource", "", perSecond(c1.sdkChecking), c1.ratioChecking, ""),
  row("… nats.js: consume", "", perSecond(c1.consume), c1.consumeRatio, ""),
  row("… nats.js: next", "", perSecond(c1.next), c1.nextRatio, ""),
  row("events, concurrency 64", perSecond(c64.baseline), perSecond(c64.sdk), c64.ratio, "≥ 1.00"),
  row("… without the journal", "", perSecond(c64.sdkWithoutJournal), c64.ratioWithoutJournal, ""),
  row("… with the run log", "", perSecond(c64.sdkWithRunLog), c64.ratioWithRunLog, ""),
  row("… asking for each resource", "", perSecond(c64.sdkChecking), c64.ratioChecking, ""),
  row("… nats.js: consume", "", perSecond(c64.consume), c64.consumeRatio, ""),
  row("… nats.js: next", "", perSecond(c64.next), c64.nextRatio, ""),
  ...[c1, c64].map(({ baselineCpuMs, sdkCpuMs }, i) =>
    row(
      `CPU for 1,000 events, concurrency ${i === 0 ? 1 : 64}`,
      ms(baselineCpuMs),
      ms(sdkCpuMs),
      sdkCpuMs / baselineCpuMs,
      "",
    )
  ),
  ...([
    ["observability over none, concurrency 64", observed.on, "≥ 0.97"],
    ["… with openTelemetry() and no SDK", observed.withoutSdk, "≥ 0.97"],
    ["… with the run log", observed.runLog, ""],
  ] as const).flatMap(([what, cost, target]) => [
    row(what, perSecond(observed.off.rate), perSecond(cost.rate), cost.ratio, target),
    row("   CPU for 1,000 events", ms(observed.off.cpuMs), ms(cost.cpuMs), cost.cpuCost + 1, ""),
  ]),
  row(
    "publish to reconcile, p50",
    ms(latency.baselineMs),
    ms(latency.sdkMs),
    latency.ratio,
    "≤ 1.10",
  ),
  row(
    "publish to reconcile, p99",
    ms(latency.baselineP99Ms),
    ms(latency.sdkP99Ms),
    latency.sdkP99Ms / latency.baselineP99Ms,
    "",
  ),
  ...[...drivers.rates].map(([count, rate]) =>
    row(
      `${count} drivers in a manager, over 10`,
      "",
      perSecond(rate),
      rate / drivers.rates.get(10)!,
      "",
    )
  ),
  ...[...backlogs].map(([size, rate]) =>
    row(`events, concurrency 64, from a backlog of ${size}`, "", perSecond(rate), NaN, "")
  ),
  row("CPU of an idle manager, a second", "", ms(idle.cpuMsPerSecond), NaN, ""),
  row(
    "memory of an idle manager, over an empty program",
    `${idle.emptyRssMib.toFixed(0)} MiB`,
    `${idle.rssMib.toFixed(0)} MiB`,
    idle.rssMib / idle.emptyRssMib,
    "",
  ),
  row(
    "start to ready, over an empty program",
    ms(start.emptyMs),
    ms(start.readyMs),
    start.readyMs / start.emptyMs,
    "",
  ),
  row("2 processes over 1", perSecond(scale.one), perSecond(scale.two), scale.scale2, "≥ 1.90"),
  row("4 processes over 1", perSecond(scale.one), perSecond(scale.four), scale.scale4, "≥ 3.60"),
  row("log lines", perSecond(logs.baseline), perSecond(logs.sdk), logs.logs_ratio, "≥ 0.85"),
]);
console.log(`node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? ""}`);

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({
    reconcile_ratio_c1: c1.ratio,
    reconcile_ratio_c64: c64.ratio,
    reconcile_ratio_c1_no_journal: c1.ratioWithoutJournal,
    reconcile_ratio_c64_no_journal: c64.ratioWithoutJournal,
    reconcile_ratio_c1_run_log: c1.ratioWithRunLog,
    reconcile_ratio_c64_run_log: c64.ratioWithRunLog,
    reconcile_ratio_c1_check: c1.ratioChecking,
    reconcile_ratio_c64_check: c64.ratioChecking,
    observability_cost_c64: observed.on.cpuCost,
    observability_ratio_c64: observed.on.ratio,
    observability_cost_c64_without_sdk: observed.withoutSdk.cpuCost,
    observability_ratio_c64_without_sdk: observed.withoutSdk.ratio,
    run_log_cost_c64: observed.runLog.cpuCost,
    run_log_ratio_c64: observed.runLog.ratio,
    cpu_ms_per_1000_c64_off: observed.off.cpuMs,
    cpu_ms_per_1000_c64_on: observed.on.cpuMs,
    cpu_ms_per_1000_c64_run_log: observed.runLog.cpuMs,
    consume_ratio_c1: c1.consumeRatio,
    consume_ratio_c64: c64.consumeRatio,
    next_ratio_c1: c1.nextRatio,
    next_ratio_c64: c64.nextRatio,
    latency_p50_ratio: latency.ratio,
    cpu_ms_per_1000_c1: c1.sdkCpuMs,
    cpu_ms_per_1000_c64: c64.sdkCpuMs,
    latency_p50_ms: latency.sdkMs,
    latency_p99_ms: latency.sdkP99Ms,
    drivers_300_ratio: drivers.ratio,
    start_to_ready_ms: start.readyMs,
    backlog_rates: Object.fromEntries(backlogs),
    idle_cpu_ms_per_s: idle.cpuMsPerSecond,
    idle_rss_mib: idle.rssMib,
    scale_2: scale.scale2,
    scale_4: scale.scale4,
    ...logs,
  }));
}
