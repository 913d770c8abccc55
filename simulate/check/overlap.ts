/** Two calls of a reconcile for one event at the same time. */

import { STREAMS } from "../../src/protocol/subjects.ts";
import type { World } from "../world/world.ts";
import type { Ledger } from "./ledger.ts";
import type { Call, RunRecord } from "./run_record.ts";

/** A process looks at its leases so often, as a part of the ack wait: also when its host has slept, or it was paused. */
const LOOKS_EVERY = 1 / 25;
/** The broker is waited for so long when the host may have slept, in milliseconds. */
const LONGEST_DOUBT_MS = 5000;
/** It renews them so often, as a part of the ack wait, and the broker's time shows a sleep that a wall clock has hidden. */
const RENEWS_EVERY = 1 / 3;
/** The broker is asked for its time when a host has slept, and responds within this time, in milliseconds. */
const ASKS_MS = 15;
/** Time that a step may wait for others, in milliseconds. */
const SLACK_MS = 5;

/** Checks two calls for one event: at once if they run in one process, else when a lease that ran out must have been noticed. */
export function watchOverlap(
  world: World,
  ledger: Ledger,
  run: RunRecord,
  first: Call,
  second: Call,
): void {
  const { event, driver } = run;
  const isOngoing = (call: Call) =>
    call.endedAt === undefined && !call.owner.dead && !call.signal.aborted;
  if (!isOngoing(first)) return;
  if (first.owner === second.owner) {
    return ledger.violate(
      "twice-at-once",
      `event ${event.id} for ${driver} runs twice at once in ${first.owner.name}`,
    );
  }
  const look = () => {
    if (!isOngoing(first) || !isOngoing(second)) return;
    if ([first, second].some(({ deliveredAt }) => ledger.voided.has(run, deliveredAt))) return;
    // Processes follow the consumer's, which may have been raised.
    const { ackWaitMs = 0 } = ledger.records.server.broker.consumer("messages", driver)?.config ??
      {};
    const longestMs = Math.max(ackWaitMs, ledger.ackWaits.longestBefore(driver));
    const knowsAt = Math.max(
      ...[first, second].flatMap((call) => [
        awakeAt(call, longestMs, ledger),
        ledger.ackWaits.knownAt(driver, call.owner.name, call.deliveredAt),
      ]),
    );
    if (knowsAt === Infinity) return;
    if (knowsAt + SLACK_MS > world.now) {
      return void world.after(knowsAt + SLACK_MS - world.now + 0.001, look);
    }
    ledger.violate(
      "two-leases",
      `event ${event.id} for ${driver} runs in ${first.owner.name} and ${second.owner.name} at once`,
    );
  };
  world.after(SLACK_MS, look);
}

/**
 * When a process that was paused, or whose host has slept, must know of it. A broker that it cannot hear, or that says nothing of
 * the consumer, may leave it in doubt.
 */
function awakeAt({ owner, ackWaitMs }: Call, longestMs: number, { breaks }: Ledger): number {
  const { name, pausedUntil, sleptMs, setBack } = owner;
  const every = setBack ? RENEWS_EVERY : LOOKS_EVERY;
  const looksAt = pausedUntil + Math.max(ackWaitMs, longestMs) * every + ASKS_MS;
  const isInDoubt = sleptMs > 0 &&
    [name, STREAMS.messages].some((broken) => breaks.overlap(broken, pausedUntil + 1, looksAt));
  return isInDoubt ? looksAt + LONGEST_DOUBT_MS : looksAt;
}
