/** The delay that a driver has asked for. */

import { MOST_ATTEMPTS, type Plan } from "../plan/plan.ts";
import type { RunRecord } from "./run_record.ts";

/** The delay that the last call has asked for when its process hands the event back, in milliseconds; 0 for none. */
export function askedDelay(plan: Plan, run: RunRecord, client: string): number {
  const call = run.calls.at(-1);
  const deliveredAt = run.deliveredAt.get(client) ?? 0;
  if (call?.ended !== "retry-after" || call.owner.name !== client) return 0;
  if (call.startedAt < deliveredAt || call.signal.aborted) return 0;
  const { maxAttempts = MOST_ATTEMPTS } = plan.managers.find(({ name }) => name === client)?.drivers
    .find(({ name }) => name === run.driver) ?? {};
  return call.attempt >= maxAttempts ? 0 : call.delayMs; // The last one ends with a result.
}
