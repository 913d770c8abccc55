/** Instances and servers are killed under load. Nothing may be lost, and no run may have a second result. */

import { type Broker, singleServer } from "../lib/broker.ts";
import { clusterOfThree } from "../lib/cluster.ts";
import { Fleet } from "../lib/fleet.ts";
import { Checker } from "../lib/checker.ts";
import type { StreamOptions } from "../lib/streams.ts";
import { Ledger } from "../lib/ledger.ts";
import { Publisher } from "../lib/publisher.ts";
import {
  atLeast,
  exactly,
  type Figure,
  type Scenario,
  type ScenarioContext,
  told,
} from "../lib/scenario.ts";
import { exitFigure, resultFigures } from "../lib/verdict.ts";

const RUNS = 10_000;
/** Events that are published just before a kill. */
const FRESH = 50;
const DRIVER = "chaos";
const TYPE = "workflow";

/** What a killing scenario does. */
export interface KillPlan {
  readonly name: string;
  readonly openBroker: () => Promise<Broker>;
  readonly instanceKills: number;
  readonly serverKills: number;
  readonly streams?: Omit<StreamOptions, "replicas">;
  /** When the events of a killed instance come again, in milliseconds. @default {5000} */
  readonly ackWaitMs?: number;
}

/** One server; instances and the server are killed. */
export const kill: Scenario = killScenario({
  name: "kill",
  openBroker: singleServer,
  instanceKills: 20,
  serverKills: 5,
});

/** Three servers; instances are killed, and the server that leads the stream of events. */
export const cluster: Scenario = killScenario({
  name: "cluster",
  openBroker: clusterOfThree,
  instanceKills: 20,
  serverKills: 5,
});

/**
 * The stream of results forgets message ids after a second, long before a killed instance's runs come again: only the outcome
 * journal stands between a run and its second result.
 */
export const forgetful: Scenario = killScenario({
  name: "forgetful",
  openBroker: singleServer,
  instanceKills: 20,
  serverKills: 0,
  streams: { duplicateWindowMs: 1000 },
});

/** Makes a scenario that kills. */
export function killScenario(plan: KillPlan): Scenario {
  return { name: plan.name, run: (context) => run(context, plan) };
}

async function run(context: ScenarioContext, plan: KillPlan): Promise<Figure[]> {
  const { runs = RUNS, stage, runtime, say } = context;
  await using broker = await plan.openBroker();
  await using checker = await Checker.connect(broker.urls);
  await checker.createStreams({ ...plan.streams, replicas: broker.replicas });
  await using fleet = new Fleet(stage, runtime, {
    name: DRIVER,
    resources: [TYPE],
    servers: broker.urls,
    concurrency: 8,
    ackWaitMs: plan.ackWaitMs ?? 5000,
  });
  const ledger = new Ledger({ driver: DRIVER, type: TYPE, runs, resources: 499 });
  await Promise.all([fleet.start(0), fleet.start(1)]);
  const publisher = new Publisher(checker, ledger);
  const kills = spread(plan.instanceKills, plan.serverKills);
  let killed = 0;
  let serversKilled = 0;
  let orphansUpTo = 0;
  for (const [index, kill] of kills.entries()) {
    const share = runs / (kills.length + 1);
    publisher.allow(Math.floor((index + 1) * share));
    await checker.engine.untilTaken(Math.floor((index + 0.5) * share));
    // A server that was killed forgets the ids of results that the engine has taken; one of a cluster matters once it leads the
    // stream of results. The results of a killed instance that it had no time to record as stored would then be stored a second
    // time, as docs/delivery.md says.
    if (kill === "server") await checker.settledUpTo(DRIVER, orphansUpTo);
    publisher.allowMore(FRESH); // Events are on their way, and work is there, whatever dies now.
    if (kill === "server") {
      await broker.kill();
      serversKilled++;
    } else {
      const place = killed % 2;
      const instance = await fleet.atWork(place).catch(async (error: unknown) => {
        say(await checker.describe(DRIVER));
        throw error;
      });
      const { signal } = await instance.end("SIGKILL");
      if (signal === "SIGKILL") killed++;
      orphansUpTo = (await checker.consumer(DRIVER)).delivered.stream_seq;
      await fleet.start(place);
    }
    say(
      `${index + 1} of ${kills.length} kills, ${checker.engine.results.length} of ${runs} results`,
    );
  }
  publisher.allowAll();
  await publisher.done;
  const settled = await checker.allSettled(DRIVER);
  const exits = await fleet.stop();
  const { delivered: { consumer_seq: deliveries } } = await checker.consumer(DRIVER);
  return [
    atLeast("instances killed", plan.instanceKills, killed),
    ...plan.serverKills > 0 ? [atLeast("servers killed", plan.serverKills, serversKilled)] : [],
    ...await resultFigures(checker, ledger, fleet.histories, say),
    exactly("consumers left with work", 0, settled ? 0 : 1),
    exitFigure(exits, say),
    told("attempts beyond a run's first", fleet.repeats),
    told("deliveries", deliveries),
    told("publishes tried again", publisher.retries),
  ];
}

/** Puts the server's kills evenly among the instances'. */
function spread(instances: number, servers: number): ("instance" | "server")[] {
  const total = instances + servers;
  return Array.from(
    { length: total },
    (_, index) =>
      Math.floor((index + 1) * servers / total) > Math.floor(index * servers / total)
        ? "server"
        : "instance",
  );
}
