/** Whether an attempt is made at an event that is not wanted any more. */

import type { Ledger } from "./ledger.ts";
import type { RunRecord } from "./run_record.ts";

/** Whether an event is still wanted is asked before an attempt that begins so long after it was stored, in milliseconds. */
const STALE_MS = 5000;

/** Where nothing else is wrong, no attempt is made at what has not been wanted for some time. */
export function checkWanted(ledger: Ledger, { runId, event, driver }: RunRecord): void {
  const { api: server, plan: { faults, api }, world } = ledger;
  const since = server?.supersededAt(runId);
  if (since === undefined || faults.length > 0 || api?.isAnother !== false) return;
  if (api.downFrom < Infinity || world.now - since < STALE_MS) return;
  ledger.violate("unwanted", `event ${event.id} for ${driver} is run, and superseded`);
}
