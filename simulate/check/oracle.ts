/** What must hold when a schedule is over. */

import type { Plan } from "../plan/plan.ts";
import type { SimulatedServer } from "../server/server.ts";
import { inNamedGap } from "./doubles.ts";
import type { Ledger } from "./ledger.ts";
import type { RunRecord } from "./run_record.ts";

/** A nak may hold an event back longer than a schedule is watched. */
const WATCHED_MS = 600_000;

/** Checks what must hold when a schedule is over. */
export function checkEnd(ledger: Ledger, plan: Plan, server: SimulatedServer): void {
  for (const run of ledger.runs) {
    const name = `event ${run.event.id} for ${run.driver}`;
    if (run.seen.size > 1 && !inNamedGap(run, ledger, plan)) {
      ledger.violate("double", `${name}: the engine saw ${run.seen.size} results`);
    }
    if (
      plan.faults.length === 0 && plan.protocol === "v2" && wasGivenUp(run) && run.deadLetters !== 1
    ) {
      ledger.violate(
        "dead-letter",
        `${name} was given up, and ${run.deadLetters} dead letters are stored`,
      );
    }
    if (
      isAlive(run, server) && !isHeldBack(run) && !isCrowdedOut(run, ledger, server) &&
      isWanted(run, plan)
    ) {
      ledger.violate(
        "unsettled",
        `${name} was delivered ${run.calls.length} times to a reconcile and is not settled`,
      );
    }
  }
}

function wasGivenUp({ calls, stored, settled }: RunRecord): boolean {
  return settled && stored.length > 0 && calls.at(-1)?.ended === "threw";
}

function isAlive({ driver, stream, sequence }: RunRecord, server: SimulatedServer): boolean {
  if (server.broker.stream("messages") !== stream) return false;
  const message = stream.get(sequence);
  return message !== undefined &&
    server.broker.consumer("messages", driver)?.needs(message) === true;
}

function isHeldBack({ lastNak }: RunRecord): boolean {
  return lastNak !== undefined && lastNak.delayMs > WATCHED_MS;
}

/** A delayed nak takes one of the messages that a consumer may have unacknowledged: the documents say so. */
function isCrowdedOut({ driver }: RunRecord, { runs }: Ledger, server: SimulatedServer): boolean {
  const heldBack =
    runs.filter((run) => run.driver === driver && isAlive(run, server) && isHeldBack(run)).length;
  const { maxAckPending = Infinity } = server.broker.consumer("messages", driver)?.config ?? {};
  return heldBack >= maxAckPending;
}

/** Whether every process of the driver lists the event's type: another one hands it back. */
function isWanted({ driver, event }: RunRecord, plan: Plan): boolean {
  return plan.managers.some(({ drivers }) =>
    drivers.some((one) => one.name === driver && one.resources.includes(event.type))
  );
}
