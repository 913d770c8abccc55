/** Makes faults and events that belong together: chance alone would seldom bring them into one schedule. */

import type { Random } from "../world/random.ts";
import type { EventPlan, Fault, ManagerPlan } from "./plan.ts";

/** What a story has to tell. */
export interface Story {
  readonly faults: readonly Fault[];
  /** What becomes of an event: the first one, or each. */
  readonly behaviours: () => EventPlan["behaviours"];
  readonly each: boolean;
  /** When each event is published, where that matters. */
  readonly at?: () => number;
  /** The processes, where they matter. */
  readonly managers?: readonly ManagerPlan[];
}

/** Makes a story. */
export function makeStory(random: Random, managers: readonly ManagerPlan[]): Story {
  const tell = random.weighted([
    [2, takenOver],
    [2, storedAfterOutage],
    [1, otherStream],
    [3, shorterAckWait],
    [1, stoppedWhileBinding],
    [1, readLate],
  ]);
  return tell(random, managers);
}

/**
 * A result is stored and confirmed, and its record goes down with the connection. Another process has the event next, for longer
 * than the stream remembers the result's id.
 */
function takenOver(random: Random, managers: readonly ManagerPlan[]): Story {
  const ackWaitMs = Math.max(...managers.map((one) => one.ackWaitMs));
  const cut = outage(random, managers, ackWaitMs + random.scaled(1000, 30_000));
  return {
    faults: [{ ...cut, after: "result" }],
    behaviours: () => [success(random.scaled(1, 500)), success(random.scaled(125_000, 300_000))],
    each: false,
  };
}

/**
 * A result waits for its connection, and the server is killed when it is stored: it has forgotten the acknowledgement. Often
 * the process is killed with it, so that another one has the event next.
 */
function storedAfterOutage(random: Random, managers: readonly ManagerPlan[]): Story {
  const forMs = random.scaled(100, 800);
  const forgetMs = random.whole(300, 2000);
  const cut = outage(random, managers, forMs);
  const stored = { at: 0, after: "result", afterMs: random.whole(200, forgetMs) } as const;
  const killed: Fault = {
    ...stored,
    kind: "kill",
    process: cut.process,
    afterSends: 0,
    forMs: random.scaled(100_000, 300_000),
    lose: false,
  };
  return {
    faults: [
      { ...cut, after: "call" },
      { ...stored, kind: "restart", forMs: random.scaled(5, 30_000), how: "kill", forgetMs },
      ...random.chance(0.7) ? [killed] : [],
    ],
    behaviours: () => [success(random.scaled(1, forMs))],
    each: false,
  };
}

/** The stream of events is made again while runs go on: their sequences are those of other events. */
function otherStream(random: Random): Story {
  const fault: Fault = {
    at: 0,
    kind: "delete-stream",
    stream: "messages",
    forMs: random.scaled(1, 500),
    after: "call",
    afterMs: random.scaled(1, 1000),
  };
  return { faults: [fault], behaviours: () => [success(random.scaled(2000, 60_000))], each: true };
}

/** A process starts with a shorter ack wait some time after the others have looked at theirs, and events follow. */
function shorterAckWait(random: Random, managers: readonly ManagerPlan[]): Story {
  const last = managers.length - 1;
  const startAt = random.whole(8500, 12_000);
  return {
    faults: [],
    behaviours: () => [success(random.scaled(5000, 60_000))],
    each: true,
    at: () => startAt + random.scaled(50, 2000),
    managers: managers.map((one, at) => ({
      ...one,
      startAt: at === last ? startAt : 0,
      ackWaitMs: at === last ? 2000 : random.pick([30_000, 60_000]),
    })),
  };
}

/** A process is held up with messages in its socket for longer than they are leased, while another one runs them. */
function readLate(random: Random, managers: readonly ManagerPlan[]): Story {
  const { name, ackWaitMs } = random.pick(managers);
  const forMs = ackWaitMs + random.scaled(100, 10_000);
  return {
    faults: [{ at: 0, kind: "pause", process: name, forMs, after: "delivery" }],
    behaviours: () => [success(random.scaled(5000, 60_000))],
    each: true,
  };
}

/** A process is stopped while it binds: for the first time, or again since its consumer was deleted. */
function stoppedWhileBinding(random: Random, managers: readonly ManagerPlan[]): Story {
  const { name, startAt, drivers } = random.pick(managers);
  const again = random.chance(0.3);
  const at = again ? startAt + random.scaled(1000, 20_000) : startAt;
  const deleted: Fault = { at, kind: "delete-consumer", driver: random.pick(drivers).name };
  return {
    faults: [
      ...again ? [deleted] : [],
      { at: at + random.scaled(3, again ? 200 : 30), kind: "stop", process: name, forMs: 1000 },
    ],
    behaviours: () => [success(random.scaled(1, 500))],
    each: false,
  };
}

function outage(
  random: Random,
  managers: readonly ManagerPlan[],
  forMs: number,
): Extract<Fault, { kind: "cut" }> & { process: string } {
  const process = random.pick(managers).name;
  return { at: 0, kind: "cut", process, forMs, loseOut: true, loseBack: false, dial: "refuse" };
}

function success(durationMs: number): EventPlan["behaviours"][number] {
  return { durationMs, obedient: true, end: "succeed", bytes: 0, delayMs: 0 };
}
