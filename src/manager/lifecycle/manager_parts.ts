/** What the parts of a manager say of its state and health. @module */

import type { Driver } from "../../driver.ts";
import type { Connection } from "../../transport/transport.ts";
import type { ManagerState } from "../events.ts";
import type { Meters } from "../meters.ts";
import { consumerLevels } from "../monitoring/consumer_levels.ts";
import type { HealthSource } from "../monitoring/health.ts";
import type { Measured } from "../monitoring/measured.ts";
import type { Session } from "../session/session.ts";
import { type ManagerStats, newDriverStats } from "../stats.ts";
import type { Worker } from "../worker/worker.ts";

/** The parts of a manager, as far as it has opened them. */
export interface ManagerParts {
  readonly state: ManagerState;
  readonly drivers: readonly Pick<Driver, "name">[];
  readonly connection: Connection | undefined;
  readonly session: Session | undefined;
  readonly workers: readonly Worker[];
  /** The names of the drivers that are bound. */
  readonly bound: ReadonlySet<string>;
  readonly meters: Meters;
}

/** Returns the statistics of a manager. */
export function statsOf(
  { state, drivers, connection, session, workers }: ManagerParts,
): ManagerStats {
  const counted = new Map(workers.map((worker) => [worker.driver.name, worker.stats]));
  return {
    state,
    server: connection?.server ?? "",
    protocol: session?.protocol,
    sinks: Object.fromEntries(session?.sinkTotals ?? []),
    drivers: Object.fromEntries(
      drivers.map(({ name }) => [name, counted.get(name) ?? newDriverStats()]),
    ),
  };
}

/** Returns what a manager measures, read from its parts each time. */
export function measuredOf(meters: Meters, parts: () => ManagerParts): Measured {
  return {
    meters,
    stats: () => statsOf(parts()),
    journal: () => parts().session?.journal?.counts,
    consumers: () => {
      const { session, drivers } = parts();
      return consumerLevels(session, drivers);
    },
  };
}

/** Returns what the health of a manager is read from. */
export function healthOf(
  { state, drivers, connection, workers, bound, meters }: ManagerParts,
): HealthSource {
  return {
    state,
    connected: connection?.connected === true,
    unbound: drivers.map(({ name }) => name).filter((name) => !bound.has(name)),
    triedAt: meters.triedAt,
    silentMs: new Map(workers.map(({ driver, silentMs }) => [driver.name, silentMs])),
  };
}
