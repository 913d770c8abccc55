/** Makes a schedule of a seed. */

import { Random } from "../world/random.ts";
import { makeFault } from "./make_fault.ts";
import { makeStory } from "./make_story.ts";
import type {
  ApiPlan,
  Behaviour,
  DriverPlan,
  EventPlan,
  Fault,
  ManagerPlan,
  Plan,
} from "./plan.ts";

/** What can be left out of schedules, to see past a fault that is found in every other one. */
export type Feature =
  | Fault["kind"]
  | "hooks"
  | "sinks"
  | "validators"
  | "big"
  | "long-times"
  | "types"
  | "exclusive"
  | "no-journal"
  | "api"
  | "empty"
  | "stories";

const TYPES = ["workflow", "pipeline"];

/** Makes a schedule of a seed. */
export function makePlan(seed: number, without: ReadonlySet<string> = new Set()): Plan {
  const random = new Random(seed);
  const has = (feature: Feature, probability: number) =>
    random.chance(probability) && !without.has(feature);
  const protocol = random.chance(0.06) ? "v1" : "v2";
  const spanMs = random.scaled(2000, random.chance(0.1) ? 600_000 : 60_000);
  const managers = makeManagers(random, protocol, has);
  const drivers = [...new Set(managers.flatMap((one) => one.drivers.map(({ name }) => name)))];
  const story = managers.length > 1 && has("stories", 0.2)
    ? makeStory(random, managers)
    : undefined;
  const faults = Array.from(
    { length: story ? 0 : random.weighted([[1, 0], [4, 1], [4, 2], [3, 3], [2, 5]]) },
    () => makeFault(random, { spanMs, managers, drivers }),
  )
    .concat(story ? story.faults : [])
    .filter(({ kind }) => !without.has(kind))
    .filter((fault) => !(fault.kind === "restart" && fault.how === "empty" && without.has("empty")))
    .sort((one, other) => one.at - other.at);
  const events = Array.from(
    { length: random.weighted([[3, 1], [4, 2], [3, 4], [2, 8], [1, 14]]) },
    (_, id) => makeEvent(random, id, { spanMs, managers, protocol, has }),
  );
  if (story) {
    const first = events.reduce((one, other) => other.at < one.at ? other : one);
    for (const event of story.each ? events : [first]) {
      const at = story.at?.() ?? event.at;
      Object.assign(event, { kind: "run", at, behaviours: story.behaviours() });
    }
  }
  const api = protocol === "v2" && has("api", 0.4) ? makeApi(random, spanMs) : undefined;
  return {
    seed,
    protocol,
    ...(api && { api }),
    maxPayload: 16_384,
    managers: [...story?.managers ?? managers],
    events,
    faults,
    engineMs: random.scaled(1, 100),
  };
}

function makeApi(random: Random, spanMs: number): ApiPlan {
  const downFrom = random.chance(0.4) ? random.next() * spanMs : Infinity;
  return {
    downFrom,
    downUntil: downFrom + random.scaled(100, 100_000),
    hangs: random.chance(0.5),
    isAnother: random.chance(0.1),
  };
}

type Has = (feature: Feature, probability: number) => boolean;

function makeManagers(random: Random, protocol: Plan["protocol"], has: Has): ManagerPlan[] {
  const count = random.weighted([[4, 1], [5, 2], [2, 3]]);
  const names = protocol === "v2" && random.chance(0.25) ? ["deploy", "notify"] : ["deploy"];
  const timeoutMs = random.chance(0.3) ? random.scaled(500, 60_000) : undefined;
  // Short ones cost most: leases are renewed and requests expire within a part of it.
  const ackWaitMs = random.weighted([[1, 1000], [2, 2000], [5, 5000], [6, 10_000], [8, 30_000], [
    5,
    60_000,
  ], [4, 200_000]]); // The last one is longer than the duplicate window.
  const maxAckPending = random.pick([1, 2, 10, 1000, 1000]);
  const exclusive = has("exclusive", 0.12);
  const journal = !has("no-journal", 0.08);
  return Array.from({ length: count }, (_, at): ManagerPlan => ({
    name: `p${at}`,
    startAt: at === 0 ? 0 : random.pick([0, 0, random.scaled(10, 20_000)]),
    drivers: names.map((name): DriverPlan => ({
      name,
      resources: at > 0 && has("types", 0.15) ? [TYPES[0]!] : TYPES,
      ...(has("long-times", 0.03)
        ? { timeoutMs: 30 * 86_400_000 }
        : timeoutMs !== undefined && { timeoutMs }),
      ...(random.chance(0.2) && { maxAttempts: random.whole(1, 3) }),
      ...(has("validators", 0.06) &&
        { validator: random.pick(["passes", "throws", "hangs"] as const) }),
    })),
    concurrency: random.pick([1, 1, 2, 4, 8]),
    ackWaitMs: random.chance(0.85) ? ackWaitMs : random.pick([2000, 5000, 30_000]),
    maxAckPending: random.chance(0.9) ? maxAckPending : 5,
    journal,
    exclusive,
    shutdownGraceMs: has("long-times", 0.04) ? 3e9 : random.pick([0, 1000, 30_000]),
    abortGraceMs: has("long-times", 0.02) ? 3e9 : random.pick([0, 100, 5000]),
    sink: has("sinks", 0.1)
      ? random.pick(["throws", "fails-at-end", "hangs"] as const)
      : random.pick(["keeps", "keeps", protocol === "v2" ? "default" : "keeps"] as const),
    hooks: has("hooks", 0.06)
      ? random.pick(["throw", "hang"] as const)
      : random.pick(["none", "pass"] as const),
  }));
}

function makeEvent(
  random: Random,
  id: number,
  { spanMs, managers, protocol, has }: {
    spanMs: number;
    managers: ManagerPlan[];
    protocol: Plan["protocol"];
    has: Has;
  },
): EventPlan {
  const type = random.pick(TYPES);
  const step = protocol === "v2" && random.chance(0.3)
    ? random.pick(managers[0]!.drivers).name
    : undefined;
  return {
    id,
    at: random.chance(0.3) ? random.next() * Math.min(spanMs, 500) : random.next() * spanMs,
    type,
    resource: `r${random.whole(1, random.pick([1, 3, 20]))}`,
    kind: random.weighted([[20, "run"], [1, "unwanted"], [1, "poison"]]),
    ...(step !== undefined && { step }),
    ...(random.chance(0.3) && { change: "delete" as const }),
    behaviours: Array.from(
      { length: random.weighted([[5, 1], [3, 2], [1, 7]]) },
      (_, at) => makeBehaviour(random, at, has),
    ),
  };
}

function makeBehaviour(random: Random, call: number, has: Has): Behaviour {
  const end: Behaviour["end"] = random.weighted([
    [8, "succeed"],
    [1, "return-nothing"],
    [1, "fail"],
    [call === 0 ? 3 : 1, "throw"],
    [0.4, "give-up"],
    [0.5, "retry-after"],
    [0.2, "circular"],
  ]);
  return {
    durationMs: random.weighted([[4, random.scaled(1, 500)], [3, random.scaled(500, 20_000)], [
      1,
      random.scaled(20_000, 300_000),
    ]]),
    obedient: random.chance(0.85),
    end,
    // The text of an error that no attempt follows is in the result, and in the record twice.
    bytes: has("big", end === "give-up" ? 0.4 : 0.08)
      ? random.pick([9000, 15_000, 17_000, 60_000])
      : random.pick([0, 10, 500]),
    delayMs: has("long-times", 0.1) ? 1e13 : random.scaled(10, 60_000),
  };
}
