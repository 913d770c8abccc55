/** The metrics of a manager. `docs/observability.md` lists them from here. @module */

import { host } from "../../runtime/detect.ts";
import type { Histogram } from "../../telemetry/histogram.ts";
import type { Sample } from "../../telemetry/prometheus.ts";
import type { Instrument, MetricsSource } from "../../telemetry/telemetry.ts";
import { VERSION } from "../../version.ts";
import type { Meters } from "../meters.ts";
import type { ManagerStats } from "../stats.ts";
import { driverInstruments } from "./driver_instruments.ts";
import type { ConsumerLevels, Measured } from "./measured.ts";

/** Creates the metrics. */
export function createCatalogue(measured: Measured): MetricsSource {
  let stats = measured.stats();
  let consumers: ReadonlyMap<string, ConsumerLevels> = new Map();
  return {
    async refresh() {
      consumers = await measured.consumers();
      stats = measured.stats();
    },
    instruments: [
      ...managerInstruments(() => stats),
      ...timeInstruments(measured.meters),
      ...driverInstruments({
        stats: () => stats,
        consumers: () => consumers,
        meters: measured.meters,
      }),
      ...countedInstruments(measured, () => stats),
    ],
  };
}

function instrument(
  kind: Instrument["kind"],
  [name, unit, description]: readonly [name: string, unit: string, description: string],
  labels: readonly string[],
  read: () => Sample[],
): Instrument {
  return { name: `conveyor.driver.${name}`, unit, description, kind, labels, read };
}

function managerInstruments(stats: () => ManagerStats): Instrument[] {
  return [
    instrument(
      "gauge",
      ["info", "1", "The version and the runtime; always 1."],
      ["version", "runtime"],
      () => [{ labels: { version: VERSION, runtime: host().name }, value: 1 }],
    ),
    instrument(
      "gauge",
      ["ready", "1", "Whether the manager is connected and every driver is bound."],
      [],
      () => [{ labels: {}, value: stats().state === "running" ? 1 : 0 }],
    ),
  ];
}

function timeInstruments({ attemptDuration, startDelay }: Meters): Instrument[] {
  const times = (
    [name, description]: readonly [name: string, description: string],
    labels: readonly string[],
    histogram: Histogram,
  ): Instrument => ({
    ...instrument("histogram", [name, "s", description], labels, () => histogram.samples()),
    onRecord: (listener) => histogram.onRecord(listener),
  });
  return [
    times(
      ["attempt.duration", "Time of an attempt, by how it ended."],
      ["driver", "outcome"],
      attemptDuration,
    ),
    times(
      ["start.delay", "Time from the storage of an event to its attempt, by two clocks."],
      ["driver"],
      startDelay,
    ),
  ];
}

function countedInstruments(
  { meters, journal }: Measured,
  stats: () => ManagerStats,
): Instrument[] {
  return [
    instrument(
      "counter",
      ["reconnects", "{reconnect}", "Times the connection to NATS was restored."],
      [],
      () => [{ labels: {}, value: meters.reconnects }],
    ),
    instrument(
      "counter",
      ["journal.reads", "{read}", "Look-ups in the outcome journal."],
      ["result"],
      () => {
        const { reads = 0, misses = 0 } = journal() ?? {};
        return [
          { labels: { result: "hit" }, value: reads - misses },
          { labels: { result: "miss" }, value: misses },
        ];
      },
    ),
    instrument(
      "counter",
      ["journal.writes", "{write}", "Outcomes sent to the outcome journal."],
      [],
      () => [{ labels: {}, value: journal()?.writes ?? 0 }],
    ),
    instrument(
      "counter",
      ["log.lines", "{line}", "Log lines by sink and outcome."],
      ["sink", "outcome"],
      () =>
        Object.values(stats().sinks).flatMap((counted) =>
          (["stored", "failed", "dropped"] as const).map((outcome) => ({
            labels: { sink: counted.sink, outcome },
            value: counted[outcome],
          }))
        ),
    ),
    instrument(
      "counter",
      ["client.requests", "{request}", "Requests of the reconciles' client, by HTTP status."],
      ["status"],
      () => [...meters.requests].map(([status, value]) => ({ labels: { status }, value })),
    ),
  ];
}
