/** The metrics of each driver. @module */

import type { Instrument } from "../../telemetry/telemetry.ts";
import type { Meters } from "../meters.ts";
import { type DriverStats, END_COUNTERS, type ManagerStats } from "../stats.ts";
import type { ConsumerLevels } from "./measured.ts";

/** What the metrics of drivers are read from. */
export interface DriverReadings {
  readonly stats: () => ManagerStats;
  readonly consumers: () => ReadonlyMap<string, ConsumerLevels>;
  readonly meters: Meters;
}

type Row = readonly [name: string, unit: string, description: string];

const COUNTERS: Partial<Record<keyof DriverStats, Row>> = {
  received: ["deliveries.received", "{delivery}", "Messages delivered, redeliveries included."],
  timedOut: ["attempts.timed_out", "{attempt}", "Attempts that ran past their time-out."],
  unconfirmed: ["results.failed", "{result}", "Results that the server did not confirm in time."],
  republished: ["results.republished", "{result}", "Results of an earlier delivery's outcome."],
  emitted: ["events.emitted", "{event}", "Events published with emit() and confirmed."],
  bound: ["consumer.bound", "{binding}", "Times the consumer was bound."],
  leaseRenewals: ["lease.renewals", "{renewal}", "Renewals of leases that NATS has confirmed."],
  leaseLost: ["lease.losses", "{lease}", "Attempts whose lease was lost."],
};

const GAUGES: Partial<Record<keyof DriverStats, Row>> = {
  running: ["reconciles.running", "{reconcile}", "Running reconciles."],
  abandoned: ["reconciles.abandoned", "{reconcile}", "Reconciles that ignore their signal."],
  waiting: [
    "deliveries.waiting",
    "{delivery}",
    "Messages that wait for a slot or for their resource's turn.",
  ],
  settling: ["runs.settling", "{run}", "Runs whose logs and result are being stored."],
};

const OUTCOMES = { ...END_COUNTERS, filtered: "filtered", poisoned: "poisoned" } as const;

/** Creates the metrics of each driver. */
export function driverInstruments({ stats, consumers, meters }: DriverReadings): Instrument[] {
  const perDriver = (
    kind: Instrument["kind"],
    [name, unit, description]: Row,
    value: (counted: DriverStats, driver: string) => number | undefined,
  ): Instrument => ({
    name: `conveyor.driver.${name}`,
    unit,
    description,
    kind,
    labels: ["driver"],
    read: () =>
      Object.entries(stats().drivers).flatMap(([driver, counted]) => {
        const found = value(counted, driver);
        return found === undefined ? [] : [{ labels: { driver }, value: found }];
      }),
  });
  const table = (kind: Instrument["kind"], rows: typeof COUNTERS) =>
    Object.entries(rows).map(([key, row]) =>
      perDriver(kind, row, (counted) => counted[key as keyof DriverStats])
    );
  const published: Row = ["results.published", "{result}", "Results that the server confirmed."];
  const backlog: Row = ["consumer.backlog", "{message}", "Messages not delivered yet."];
  const unsettled: Row = [
    "consumer.unacknowledged",
    "{message}",
    "Messages that some instance has received and not settled.",
  ];
  const delayed: Row = [
    "deliveries.delayed",
    "{delivery}",
    "Runs of this process that wait for their next attempt.",
  ];
  return [
    {
      name: "conveyor.driver.deliveries.ended",
      unit: "{delivery}",
      description: "Messages by how their delivery ended.",
      kind: "counter",
      labels: ["driver", "outcome"],
      read: () =>
        Object.entries(stats().drivers).flatMap(([driver, counted]) =>
          Object.entries(OUTCOMES).map(([outcome, counter]) => ({
            labels: { driver, outcome },
            value: counted[counter],
          }))
        ),
    },
    ...table("counter", COUNTERS),
    perDriver(
      "counter",
      published,
      ({ succeeded, failed, deadLettered }) =>
        stats().protocol === "v1" ? 0 : succeeded + failed + deadLettered,
    ),
    ...table("gauge", GAUGES),
    perDriver("gauge", delayed, (_, driver) => meters.delayed(driver)),
    perDriver("gauge", backlog, (_, driver) => consumers().get(driver)?.pending),
    perDriver("gauge", unsettled, (_, driver) => consumers().get(driver)?.ackPending),
  ];
}
