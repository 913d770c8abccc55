/** Which events are not wanted any more, and whether attempts are made at them. */

import type { Ledger } from "./ledger.ts";
import type { RunRecord } from "./run_record.ts";

/** Whether an event is still wanted is asked before an attempt that begins so long after it was stored, in milliseconds. */
const STALE_MS = 5000;

/** The runs of a driver that are not wanted any more: they settle unseen. */
export function unwanted({ api, runs }: Ledger, of: string): RunRecord[] {
  return runs.filter(({ driver, runId }) =>
    driver === of && api?.supersededAt(runId) !== undefined
  );
}

/** Where nothing else is wrong, no attempt is made at what has not been wanted for some time. */
export function checkWanted(ledger: Ledger, { runId, event, driver }: RunRecord): void {
  const { api: server, plan: { faults, api }, world } = ledger;
  const since = server?.supersededAt(runId);
  if (since === undefined || faults.length > 0 || api?.isAnother !== false) return;
  if (api.downFrom < Infinity || world.now - since < STALE_MS) return;
  ledger.violate("unwanted", `event ${event.id} for ${driver} is run, and superseded`);
}
