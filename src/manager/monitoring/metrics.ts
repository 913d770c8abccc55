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
  waiting: "Messages that wait for another event of their resource.",
  settling: "Runs whose logs and result are being stored.",
  abandoned: "Reconciles that ignored their signal and still run.",
} as const satisfies Partial<Record<keyof DriverStats, string>>;

/** Converts statistics to metrics. */
export function driverMetrics(stats: ManagerStats): Metric[] {
  const drivers = Object.entries(stats.drivers);
  const each = (key: keyof DriverStats) =>
    drivers.map(([driver, counted]) => ({ labels: { driver }, value: counted[key] }));
  return [
    {
      name: "conveyor_driver_ready",
      help: "Whether the manager is connected and every driver is bound.",
      type: "gauge",
      samples: [{ labels: {}, value: stats.state === "running" ? 1 : 0 }],
    },
    {
      name: "conveyor_driver_deliveries_ended_total",
      help: "Messages by how their delivery ended.",
      type: "counter",
      samples: drivers.flatMap(([driver, counted]) =>
        Object.entries({ ...END_COUNTERS, filtered: "filtered", poisoned: "poisoned" } as const)
          .map(([outcome, counter]) => ({
            labels: { driver, outcome },
            value: counted[counter],
          }))
      ),
    },
    {
      name: "conveyor_driver_log_lines_total",
      help: "Log lines by sink and outcome.",
      type: "counter",
      samples: Object.values(stats.sinks).flatMap((sink) =>
        (["stored", "failed", "dropped"] as const).map((outcome) => ({
          labels: { sink: sink.sink, outcome },
          value: sink[outcome],
        }))
      ),
    },
    ...Object.entries(COUNTERS).map(([key, help]): Metric => ({
      name: `conveyor_driver_${snakeCase(key)}_total`,
      help,
      type: "counter",
      samples: each(key as keyof DriverStats),
    })),
    ...Object.entries(GAUGES).map(([key, help]): Metric => ({
      name: `conveyor_driver_${snakeCase(key)}`,
      help,
      type: "gauge",
      samples: each(key as keyof DriverStats),
    })),
  ];
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
