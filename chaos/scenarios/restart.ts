/** The server is asked to stop, or killed, and comes back with its files; its engine has taken what was stored. */

import { setTimeout as pause } from "node:timers/promises";
import { ACKS, DriversUser } from "../lib/drivers_user.ts";
import { enoughRuns, type Fault, strikeAll } from "../lib/faults.ts";
import type { Figure, Scenario, ScenarioContext } from "../lib/scenario.ts";
import { openSetup, type Setup } from "../lib/setup.ts";

const EVENTS_A_SECOND = 100;
const SIGNALS = ["SIGTERM", "SIGKILL"] as const;
/** How long the server is away, in seconds, with each signal. */
const LONG = [0, 0, 0, 1, 3, 10, 60];
const SHORT = [0, 1];
/** How long acknowledgements are refused before the server goes, and then results as well, in milliseconds. */
const UNACKNOWLEDGED_MS = 300;
const QUIET_MS = 200;
const RESULTS_AND_ACKS = ["pipelines.>", ...ACKS];

/**
 * Restarts under load. Just before, acknowledgements are refused: results are stored and taken, and their events are delivered
 * again. A server that comes back remembers the ids of the messages that it still holds, and no others. No result is on its way
 * when the server ends: nobody can know what became of one whose confirmation is lost with its server.
 */
export const restart: Scenario = { name: "restart", run };

async function run(context: ScenarioContext): Promise<Figure[]> {
  const seconds = context.short ? SHORT : LONG;
  const user = new DriversUser();
  await using setup = await openSetup(context, {
    server: { config: () => user.configuration() },
    login: user.login,
    instance: { ackWaitMs: 5000 },
    ledger: { runs: enoughRuns(EVENTS_A_SECOND, SIGNALS.flatMap(() => seconds)) },
  });
  const faults = seconds.flatMap((away) =>
    SIGNALS.map((signal) => restartBy(signal, away, user, setup))
  );
  const healed = await strikeAll(setup, faults, {
    eventsASecond: EVENTS_A_SECOND,
    say: context.say,
  });
  return [healed, ...await setup.conclude({ faultSeconds: Math.max(...seconds) })];
}

function restartBy(
  signal: typeof SIGNALS[number],
  away: number,
  user: DriversUser,
  { server }: Setup,
): Fault {
  return {
    name: `${signal}, away for ${away} s`,
    async strike() {
      await user.deny(server, ACKS);
      await pause(UNACKNOWLEDGED_MS);
      await user.deny(server, RESULTS_AND_ACKS);
      await pause(QUIET_MS);
      await server.away(away * 1000, signal);
      await user.deny(server, []);
    },
  };
}
