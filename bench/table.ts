/** The table of what was measured. @module */

import type { Measured } from "./measure_all.ts";

/** One row. */
export type Row = Readonly<Record<"what" | "by hand" | "SDK" | "ratio" | "target", string>>;

const row = (what: string, baseline: string, sdk: string, ratio: number, target: string): Row => ({
  what,
  "by hand": baseline,
  "SDK": sdk,
  "ratio": Number.isNaN(ratio) ? "" : ratio.toFixed(2),
  target,
});
const ms = (value: number) => `${value.toFixed(3)} ms`;
const perSecond = (value: number) => `${Math.round(value)}/s`;

/** All rows. */
export function tableOf(
  { c1, c64, observed, latency, latencyAtRest, scale, drivers, start, backlogs, idle, logs }:
    Measured,
): Row[] {
  return [
    ...([[1, c1, "≥ 1.30"], [64, c64, "≥ 1.00"]] as const).flatMap(([count, at, target]) => [
      row(
        `events, concurrency ${count}`,
        perSecond(at.baseline),
        perSecond(at.sdk),
        at.ratio,
        target,
      ),
      row("… without the journal", "", perSecond(at.sdkWithoutJournal), at.ratioWithoutJournal, ""),
      row("… with the run log", "", perSecond(at.sdkWithRunLog), at.ratioWithRunLog, ""),
      row("… asking for each resource", "", perSecond(at.sdkChecking), at.ratioChecking, ""),
      row(
        "… by hand with a record of each result",
        perSecond(at.recording),
        perSecond(at.sdk),
        at.ratioToRecording,
        "",
      ),
      row(
        "… by hand with a record for a turn's results",
        perSecond(at.recordingTogether),
        perSecond(at.sdk),
        at.sdk / at.recordingTogether,
        "",
      ),
      row("… nats.js: consume", "", perSecond(at.consume), at.consumeRatio, ""),
      row("… nats.js: next", "", perSecond(at.next), at.nextRatio, ""),
    ]),
    ...([
      ["CPU for 1,000 events", "cpuMs"],
      ["reconcile to acknowledged, p50", "p50Ms"],
      ["reconcile to acknowledged, p99", "p99Ms"],
    ] as const).flatMap(([what, field]) =>
      [c1, c64].map(({ baselineCosts, sdkCosts }, i) => {
        const [byHand, sdk] = [baselineCosts[field], sdkCosts[field]];
        return row(
          `${what}, concurrency ${i === 0 ? 1 : 64}`,
          ms(byHand),
          ms(sdk),
          sdk / byHand,
          "",
        );
      })
    ),
    ...([
      ["observability over none, concurrency 64", observed.on, "≥ 0.97"],
      ["… with openTelemetry() and no SDK", observed.withoutSdk, "≥ 0.97"],
      ["… with the run log", observed.runLog, ""],
    ] as const).flatMap(([what, cost, target]) => [
      row(what, perSecond(observed.off.rate), perSecond(cost.rate), cost.ratio, target),
      row("… CPU for 1,000 events", ms(observed.off.cpuMs), ms(cost.cpuMs), cost.cpuCost + 1, ""),
    ]),
    ...([
      ["publish to reconcile", latency],
      ["… 3 ms after the event before", latencyAtRest],
    ] as const).flatMap(([what, at]) => [
      row(`${what}, p50`, ms(at.baselineMs), ms(at.sdkMs), at.ratio, "≤ 1.10"),
      row("… without the journal", "", ms(at.withoutJournalMs), at.ratioWithoutJournal, ""),
      row(
        `${what}, p99`,
        ms(at.baselineP99Ms),
        ms(at.sdkP99Ms),
        at.sdkP99Ms / at.baselineP99Ms,
        "",
      ),
    ]),
    ...[...drivers.rates].flatMap(([count, rate]) => [
      row(
        `${count} drivers in a process`,
        perSecond(drivers.byHand.get(count)!),
        perSecond(rate),
        rate / drivers.byHand.get(count)!,
        "",
      ),
      row(
        "… cores that the nats-server uses",
        drivers.serverCoresByHand.get(count)!.toFixed(2),
        drivers.serverCores.get(count)!.toFixed(2),
        NaN,
        "",
      ),
    ]),
    row(
      "300 drivers over 10",
      drivers.ratioByHand.toFixed(2),
      drivers.ratio.toFixed(2),
      drivers.ratio / drivers.ratioByHand,
      "SDK ≥ 0.80",
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
  ];
}
