/** Makes one fault. */

import type { Random } from "../world/random.ts";
import type { Fault, ManagerPlan } from "./plan.ts";

/** What faults can hit. */
export interface Targets {
  readonly spanMs: number;
  readonly managers: readonly ManagerPlan[];
  readonly drivers: readonly string[];
}

const JOURNAL = "KV_conveyor-driver-outcomes";
const LOCKS = "KV_conveyor-driver-locks";

/** Faults that do most harm right after something has happened. */
const HURTS_MOST: ReadonlySet<Fault["kind"]> = new Set([
  "cut",
  "kill",
  "pause",
  "restart",
  "mute",
  "sleep",
  "half-open",
]);

/** Makes one fault. Outages last from milliseconds to hours. */
export function makeFault(random: Random, { spanMs, managers, drivers }: Targets): Fault {
  const at = random.next() * spanMs * 1.1;
  const process = random.pick(managers).name;
  const hit = random.chance(0.4) ? {} : { process };
  const outageMs = random.weighted([
    [6, random.scaled(5, 3000)],
    [6, random.scaled(3000, 60_000)],
    [3, random.scaled(60_000, 400_000)],
    [0.1, random.scaled(400_000, 10_000_000)],
  ]);
  const longestMs = Math.min(outageMs, 400_000);
  const stream = random.weighted([[2, "messages"], [4, "pipeline-engine"], [4, JOURNAL], [
    1,
    LOCKS,
  ]]);
  const make: readonly (readonly [number, () => Fault])[] = [
    [
      5,
      () => ({
        at,
        kind: "cut",
        ...hit,
        forMs: outageMs,
        loseOut: random.chance(0.5),
        loseBack: random.chance(0.7),
        dial: random.pick(["refuse", "hang"]),
      }),
    ],
    [
      3,
      () => ({
        at,
        kind: "mute",
        ...hit,
        forMs: longestMs,
        direction: random.pick(["out", "back", "both"]),
      }),
    ],
    [1, () => ({ at, kind: "half-open", ...hit, forMs: longestMs })],
    [1, () => ({ at, kind: "slow", ...hit, forMs: longestMs, latencyMs: random.scaled(5, 4000) })],
    [
      3,
      () => ({
        at,
        kind: "restart",
        forMs: random.scaled(5, 30_000),
        how: random.weighted([[3, "term"], [3, "kill"], [1, "empty"]]),
        forgetMs: random.scaled(1, 2000),
      }),
    ],
    [
      3,
      () => ({
        at,
        kind: "trouble",
        stream,
        forMs: longestMs,
        trouble: random.pick(["full", "mute", "unconfirmed", "unreadable", "denied"]),
      }),
    ],
    [1, () => ({ at, kind: "delete-stream", stream, forMs: random.scaled(1, 30_000) })],
    [1, () => ({ at, kind: "delete-consumer", driver: random.pick(drivers) })],
    [
      1,
      () => ({
        at,
        kind: "change-consumer",
        driver: random.pick(drivers),
        ackWaitMs: random.pick([2000, 5000, 60_000]),
      }),
    ],
    [2, () => ({ at, kind: "pause", process, forMs: random.scaled(5, 200_000) })],
    [1.5, () => ({ at, kind: "sleep", process, forMs: random.scaled(1000, 1_000_000) })],
    [
      1,
      () => ({
        at,
        kind: "clock-jump",
        process,
        byMs: random.pick([-1, 1]) * random.scaled(1000, 10_000_000),
      }),
    ],
    [
      4,
      () => ({
        at,
        kind: "kill",
        process,
        afterSends: random.chance(0.3) ? 0 : random.whole(1, 12),
        forMs: random.chance(0.7) ? random.scaled(1, 60_000) : random.scaled(100_000, 300_000),
        lose: random.chance(0.3),
      }),
    ],
    [2, () => ({ at, kind: "stop", process, forMs: random.scaled(1, 60_000) })],
  ];
  const fault = random.weighted(make)();
  if (fault.kind === "restart" && random.chance(0.3)) return forgettingAck(random, fault);
  if (fault.kind === "cut" && random.chance(0.35)) return behindResult(random, fault);
  if (fault.kind === "sleep" && random.chance(0.75)) return asleepAtWork(random, fault, managers);
  if (!HURTS_MOST.has(fault.kind) || random.chance(0.5)) return fault;
  const after = random.pick(["call", "result", "result", "record", "delivery"] as const);
  return { ...fault, after, ...(random.chance(0.4) && { afterMs: random.scaled(1, 2000) }) };
}

/**
 * A server that is killed when a process has had the time to say that its result is stored, and the engine to take it: it has
 * forgotten what followed the result, such as the acknowledgement.
 */
function forgettingAck(random: Random, fault: Extract<Fault, { kind: "restart" }>): Fault {
  const forgetMs = random.whole(300, 2000);
  return { ...fault, how: "kill", forgetMs, after: "result", afterMs: random.whole(200, forgetMs) };
}

/** A host that falls asleep when a call has begun, and wakes when another process may have the event. */
function asleepAtWork(
  random: Random,
  fault: Extract<Fault, { kind: "sleep" }>,
  managers: readonly ManagerPlan[],
): Fault {
  const ackWaitMs = Math.max(...managers.map((one) => one.ackWaitMs));
  return { ...fault, after: "call", forMs: random.scaled(ackWaitMs + 500, ackWaitMs * 2 + 500) };
}

/**
 * A connection that breaks when a result is stored, for longer than its confirmation is waited for: the confirmation is lost, or
 * the record that follows the result.
 */
function behindResult(random: Random, fault: Extract<Fault, { kind: "cut" }>): Fault {
  const loseBack = random.chance(0.6);
  const forMs = random.scaled(4000, 70_000);
  return { ...fault, after: "result", forMs, loseBack, loseOut: !loseBack || fault.loseOut };
}
