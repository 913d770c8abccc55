/** Faults that come one after the other, under a steady load that goes on meanwhile. */

import { Pace } from "./pace.ts";
import { exactly, type Figure } from "./scenario.ts";
import { DRIVER, type Setup } from "./setup.ts";

/** Something that goes wrong for a while. */
export interface Fault {
  readonly name: string;
  /** Has it begin, last and end. */
  strike(): Promise<void>;
}

/** Events that may still wait when the next fault begins. */
const MOST_WAITING = 100;

/** Runs that are enough for faults that take so long together, whatever the time that healing takes. */
export function enoughRuns(eventsASecond: number, faultSeconds: readonly number[]): number {
  const total = faultSeconds.reduce((sum, seconds) => sum + seconds + 60, 60);
  return Math.ceil(total * eventsASecond * 2);
}

/** Has all faults strike. Before and after each, runs end as they should. */
export async function strikeAll(
  setup: Setup,
  faults: readonly Fault[],
  { eventsASecond, say }: { eventsASecond: number; say: (text: string) => void },
): Promise<Figure> {
  const { checker, fleet, publisher } = setup;
  let healed = 0;
  using _pace = new Pace(publisher, eventsASecond);
  for (const { name, strike } of faults) {
    await checker.fewerWaiting(DRIVER, MOST_WAITING);
    await fleet.atWork(0).catch(({ message }: Error) => say(message));
    await strike();
    const { length: before } = checker.engine.results;
    const startedAt = performance.now();
    const works = await checker.engine.untilTaken(before + eventsASecond);
    if (works) healed++;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    say(`${name}; ${works ? `${seconds} s later runs end again` : "runs end no more"}`);
  }
  publisher.finish();
  return exactly("faults healed", faults.length, healed);
}
