/** Finds the shortest schedule that still shows a violation. */

import type { Plan } from "../plan/plan.ts";
import { type Played, playSchedule } from "./schedule.ts";

/** What a plan may be cut down in. */
const LISTS = ["faults", "events", "managers"] as const;

/** So many schedules are tried at most. */
const MOST_TRIES = 200;

/** Cuts a plan down while it still shows a violation of the kind. */
export async function shrinkPlan(
  plan: Plan,
  kind: string,
  play: (plan: Plan) => Promise<Played> = playSchedule,
): Promise<Plan> {
  let left = MOST_TRIES;
  const shows = async (candidate: Plan) => {
    if (left-- <= 0) return false;
    const { violations } = await play(candidate);
    return violations.some((one) => one.kind === kind);
  };
  let shortest = plan;
  let before: Plan | undefined;
  while (before !== shortest && left > 0) {
    before = shortest;
    for (const list of LISTS) shortest = await shorten(shortest, list, shows);
    for (const simpler of simplerPlans(shortest)) if (await shows(simpler)) shortest = simpler;
  }
  return shortest;
}

/** Leaves out halves, then quarters, and so on down to single ones. */
async function shorten(
  plan: Plan,
  list: typeof LISTS[number],
  shows: (plan: Plan) => Promise<boolean>,
): Promise<Plan> {
  let shortest = plan;
  for (
    let size = Math.ceil(plan[list].length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < shortest[list].length;) {
      const rest = shortest[list].filter((_, index) => index < at || index >= at + size);
      const candidate = { ...shortest, [list]: rest };
      if (rest.length < (list === "faults" ? 0 : 1) || !await shows(candidate)) at += size;
      else shortest = candidate;
    }
  }
  return shortest;
}

/** Plans with one thing taken back to what is usual. */
function* simplerPlans(plan: Plan): Generator<Plan> {
  for (const key of ["sink", "hooks", "concurrency", "exclusive", "maxAckPending"] as const) {
    const usual =
      { sink: "keeps", hooks: "none", concurrency: 1, exclusive: false, maxAckPending: 1000 }[key];
    if (plan.managers.every((one) => one[key] === usual)) continue;
    yield { ...plan, managers: plan.managers.map((one) => ({ ...one, [key]: usual })) };
  }
  if (plan.events.some(({ behaviours }) => behaviours.length > 1)) {
    yield {
      ...plan,
      events: plan.events.map((event) => ({ ...event, behaviours: event.behaviours.slice(0, 1) })),
    };
  }
}
