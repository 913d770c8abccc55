/** Permissions are taken away from the drivers by a reload of the server's configuration, and given back. */

import { setTimeout as pause } from "node:timers/promises";
import { ACKS, DriversUser } from "../lib/drivers_user.ts";
import { enoughRuns, type Fault, strikeAll } from "../lib/faults.ts";
import type { Figure, Scenario, ScenarioContext } from "../lib/scenario.ts";
import { openSetup } from "../lib/setup.ts";

const EVENTS_A_SECOND = 50;
const LONG = [5, 40];
const SHORT = [7];
const BUCKET = "KV_conveyor-driver-outcomes";
const RESULTS = ["pipelines.>"];
const RECORDS = ["$KV.conveyor-driver-outcomes.>"];

/** What the drivers may not publish, and how that is called. */
const TAKEN: ReadonlyMap<string, readonly string[]> = new Map([
  ["results", RESULTS],
  ["records of the journal", RECORDS],
  ["reading the journal", [
    `$JS.API.STREAM.MSG.GET.${BUCKET}`,
    `$JS.API.DIRECT.GET.${BUCKET}`,
    `$JS.API.DIRECT.GET.${BUCKET}.>`,
  ]],
  ["acknowledgements", ACKS],
  ["requests for events", ["$JS.API.CONSUMER.MSG.NEXT.>"]],
  ["results and acknowledgements", [...RESULTS, ...ACKS]],
  ["records and acknowledgements", [...RECORDS, ...ACKS]],
  ["all three", [...RESULTS, ...RECORDS, ...ACKS]],
]);

/** One permission after the other, and some together, each for a while. */
export const permissions: Scenario = { name: "permissions", run };

async function run(context: ScenarioContext): Promise<Figure[]> {
  const lengths = context.short ? SHORT : LONG;
  const user = new DriversUser();
  await using setup = await openSetup(context, {
    server: { config: () => user.configuration() },
    login: user.login,
    instance: { ackWaitMs: 5000 },
    ledger: {
      runs: enoughRuns(EVENTS_A_SECOND, lengths.flatMap((length) => [...TAKEN].map(() => length))),
    },
  });
  const faults = lengths.flatMap((seconds) =>
    [...TAKEN].map(([name, subjects]): Fault => ({
      name: `${name}: taken away for ${seconds} s`,
      async strike() {
        await user.deny(setup.server, subjects);
        await pause(seconds * 1000);
        await user.deny(setup.server, []);
      },
    }))
  );
  const healed = await strikeAll(setup, faults, {
    eventsASecond: EVENTS_A_SECOND,
    say: context.say,
  });
  return [healed, ...await setup.conclude({ faultSeconds: Math.max(...lengths) })];
}
