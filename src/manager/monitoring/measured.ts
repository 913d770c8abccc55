/** What the metrics of a manager are read from. @module */

import type { Meters } from "../meters.ts";
import type { ManagerStats } from "../stats.ts";

/** The state of a consumer that metrics show. */
export interface ConsumerLevels {
  readonly pending: number;
  readonly ackPending: number;
}

/** What metrics are read from. */
export interface Measured {
  readonly meters: Meters;
  stats(): ManagerStats;
  /** What the outcome journal has counted; `undefined` without one. */
  journal():
    | { readonly reads: number; readonly misses: number; readonly writes: number }
    | undefined;
  /** Looks up the state of each driver's consumer, where it can be had. Never rejects. */
  consumers(): Promise<ReadonlyMap<string, ConsumerLevels>>;
}
