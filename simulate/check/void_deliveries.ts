/** Deliveries that are no leases any more. */

import type { RunRecord } from "./run_record.ts";

/** Deliveries that the server has forgotten: of a driver or of all, of a run or of all. */
interface Voided {
  readonly at: number;
  readonly driver: string | undefined;
  readonly of: RunRecord | undefined;
}

/** Deliveries that the server has forgotten, so that it may deliver their events again. */
export class VoidDeliveries {
  readonly #all: Voided[] = [];

  /** The server forgets what it has delivered up to a time: of a driver or of all, of a run or of all. */
  add(at: number, driver: string | undefined, of?: RunRecord): void {
    this.#all.push({ at, driver, of });
  }

  /** Whether what was delivered at a time is no lease any more. */
  has(run: RunRecord, deliveredAt: number): boolean {
    return this.#all.some(({ at, driver, of }) =>
      at >= deliveredAt && (driver ?? run.driver) === run.driver && (of ?? run) === run
    );
  }
}
