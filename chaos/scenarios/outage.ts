/** The network fails in four ways, for a second to two minutes, while runs end. */

import { setTimeout as pause } from "node:timers/promises";
import { enoughRuns, type Fault, strikeAll } from "../lib/faults.ts";
import type { Ending } from "../lib/planned_run.ts";
import type { NetworkFault, NetworkProxy } from "../lib/proxy.ts";
import type { Figure, Scenario, ScenarioContext } from "../lib/scenario.ts";
import { openSetup, PLACES } from "../lib/setup.ts";

const EVENTS_A_SECOND = 50;
const FAULTS: readonly NetworkFault[] = ["cut", "mute up", "mute down", "half-open"];
/** Which instances a fault hits, in turn. */
const HIT: readonly (readonly number[])[] = [[0, 1], [0], [1]];

/** How long things take, in seconds. */
interface Times {
  /** How long each kind of fault lasts, in turn. */
  readonly faults: readonly number[];
  /** The longest runs, which end in the middle of an outage. */
  readonly longestRun: number;
  /** What the stream of results remembers. A result that is stored unseen has to be stored again within that time. */
  readonly duplicateWindow: number;
  /** More than the duplicate window, so that events are delivered again when their results' ids are forgotten. */
  readonly ackWait: number;
}

/** The duplicate window is the server's default. */
const LONG: Times = { faults: [1, 5, 20, 120], longestRun: 15, duplicateWindow: 120, ackWait: 150 };
const SHORT: Times = { faults: [2, 25], longestRun: 6, duplicateWindow: 35, ackWait: 60 };
/** The part of the duplicate window in which results may be stored with nobody hearing of it. */
const UNHEARD = 0.75;
/**
 * The network is whole for so long before an outage that is longer than that, in milliseconds: a result whose confirmation the
 * outage before has swallowed is stored again meanwhile. Without that it is in the gap that docs/delivery.md names.
 */
const WHOLE_MS = 15_000;

/** Outages between the instances and the server: of one of them, of the other, of both. */
export const outage: Scenario = { name: "outage", run };

async function run(context: ScenarioContext): Promise<Figure[]> {
  const times = context.short ? SHORT : LONG;
  const longestMs = times.longestRun * 1000;
  await using setup = await openSetup(context, {
    proxied: PLACES,
    streams: { duplicateWindowMs: times.duplicateWindow * 1000 },
    instance: { ackWaitMs: times.ackWait * 1000, timeoutMs: longestMs * 2, concurrency: 32 },
    ledger: {
      runs: enoughRuns(EVENTS_A_SECOND, FAULTS.flatMap(() => times.faults)),
      workMs: (number) => workMs(number, longestMs),
      ending,
      silent: (number) => number % 2 === 1,
    },
  });
  const faults = times.faults.flatMap((length, lengthAt) =>
    FAULTS.map((fault, faultAt) => {
      const places = HIT[(lengthAt + faultAt) % HIT.length] ?? [];
      const most = fault === "mute down" ? times.duplicateWindow * UNHEARD : Infinity;
      const seconds = Math.min(length, most);
      const wholeMs = seconds > times.duplicateWindow * UNHEARD ? WHOLE_MS : 0;
      return outageOf(fault, { seconds, wholeMs }, places, setup.proxies);
    })
  );
  const healed = await strikeAll(setup, faults, {
    eventsASecond: EVENTS_A_SECOND,
    say: context.say,
  });
  return [healed, ...await setup.conclude({ faultSeconds: Math.max(...times.faults) })];
}

function outageOf(
  fault: NetworkFault,
  { seconds, wholeMs }: { readonly seconds: number; readonly wholeMs: number },
  places: readonly number[],
  proxies: readonly NetworkProxy[],
): Fault {
  const hit = places.flatMap((place) => proxies[place] ?? []);
  return {
    name: `${fault} for ${seconds} s, of ${hit.length === 1 ? "one instance" : "both"}`,
    async strike() {
      await pause(wholeMs);
      for (const proxy of hit) proxy.fail(fault);
      await pause(seconds * 1000);
      for (const proxy of hit) proxy.heal();
    },
  };
}

/** Most runs are short; some are long enough to end somewhere in an outage, a few of them at a time. */
function workMs(number: number, longestMs: number): number {
  return number % 25 === 3 ? 500 + (number * 7919) % longestMs : 2 + (number * 7919) % 49;
}

function ending(number: number): Ending {
  if (number % 250 === 99) return "throws";
  if (number % 50 === 7) return "throws once";
  return number % 50 === 13 ? "fails" : "succeeds";
}
