/** A manager's counters as metrics. @module */

import type { Metric } from "../../telemetry/prometheus.ts";
import { type DriverStats, END_COUNTERS, type ManagerStats } from "../stats.ts";

const COUNTERS = {
  received: "Messages delivered, redeliveries included.",
  timedOut: "Attempts that ran past their time-out.",
  republished: "Results stored from an outcome of an earlier delivery.",
  emitted: "Events published with emit() and confirmed.",
  bound: "Times the consumer was bound.",
} as const satisfies Partial<Record<keyof DriverStats, string>>;

const GAUGES = {
  running: "Running reconciles.",
  waiting: "Messages that wait for a slot or for another event of their resource.",
  settling: "Runs whose logs and result are being stored.",
  abandoned: "Reconciles that ignored their signal and still run.",
} as const satisfies Partial<Record<keyof DriverStats, string>>;

/** Converts statistics to metrics. */
export function driverMetrics(stats: ManagerStats): Metric[] {
  const drivers = Object.entries(stats.drivers);
  const each = (
    counters: Readonly<Record<string, string>>,
    type: Metric["type"],
    suffix: string,
  ) =>
    Object.entries(counters).map(([key, help]) =>
      metric(
        snakeCase(key) + suffix,
        help,
        type,
        drivers.map(([driver, counted]) => ({
          labels: { driver },
          value: counted[key as keyof DriverStats],
        })),
      )
    );
  return [
    metric("ready", "Whether the manager is connected and every driver is bound.", "gauge", [
      { labels: {}, value: stats.state === "running" ? 1 : 0 },
    ]),
    metric(
      "deliveries_ended_total",
      "Messages by how their delivery ended.",
      "counter",
      drivers.flatMap(([driver, counted]) =>
        Object.entries({ ...END_COUNTERS, filtered: "filtered", poisoned: "poisoned" } as const)
          .map(([outcome, counter]) => ({ labels: { driver, outcome }, value: counted[counter] }))
      ),
    ),
    metric(
      "log_lines_total",
      "Log lines by sink and outcome.",
      "counter",
      Object.values(stats.sinks).flatMap((counted) =>
        (["stored", "failed", "dropped"] as const).map((outcome) => ({
          labels: { sink: counted.sink, outcome },
          value: counted[outcome],
        }))
      ),
    ),
    ...each(COUNTERS, "counter", "_total"),
    ...each(GAUGES, "gauge", ""),
  ];
}

function metric(
  name: string,
  help: string,
  type: Metric["type"],
  samples: Metric["samples"],
): Metric {
  return { name: `conveyor_driver_${name}`, help, type, samples };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
