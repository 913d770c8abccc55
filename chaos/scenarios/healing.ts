/** What an instance needs is taken from under it: its consumer, its server, its server's attention. It heals by itself. */

import { singleServer } from "../lib/broker.ts";
import { Fleet } from "../lib/fleet.ts";
import { Checker } from "../lib/checker.ts";
import { Ledger } from "../lib/ledger.ts";
import { Pace } from "../lib/pace.ts";
import { Publisher } from "../lib/publisher.ts";
import {
  exactly,
  type Figure,
  type Scenario,
  type ScenarioContext,
  told,
} from "../lib/scenario.ts";
import { exitFigure, resultFigures } from "../lib/verdict.ts";

const DRIVER = "chaos";
const TYPE = "workflow";
const RUNS = 4000;
const RUNS_A_SECOND = 50;
const PLACES = [0, 1];
/** How long the server is away or frozen: long enough for a client to take it for dead. */
const OUTAGE_MS = 15_000;

/**
 * Under a steady load the consumer is deleted three times, the server is away and is frozen. Another consumer keeps the
 * events on the server: it deletes those without interest, and no client can bring them back.
 */
export const healing: Scenario = { name: "healing", run };

async function run({ stage, runtime, runs = RUNS, say }: ScenarioContext): Promise<Figure[]> {
  await using broker = await singleServer();
  await using checker = await Checker.connect(broker.urls);
  await checker.createStreams({ replicas: broker.replicas });
  await checker.keepEvents();
  await using fleet = new Fleet(stage, runtime, {
    name: DRIVER,
    resources: [TYPE],
    servers: broker.urls,
    concurrency: 8,
    ackWaitMs: 5000,
  });
  await Promise.all(PLACES.map((place) => fleet.start(place)));
  const pids = PLACES.map((place) => fleet.at(place).pid);
  const ledger = new Ledger({ driver: DRIVER, type: TYPE, runs });
  const publisher = new Publisher(checker, ledger);
  const kills: [string, () => Promise<void>][] = [
    ["the consumer was deleted", () => checker.deleteConsumer(DRIVER)],
    [`the server was away for ${OUTAGE_MS / 1000} s`, () => broker.away(OUTAGE_MS)],
    ["the consumer was deleted", () => checker.deleteConsumer(DRIVER)],
    [`the server was frozen for ${OUTAGE_MS / 1000} s`, () => broker.freeze(OUTAGE_MS)],
    ["the consumer was deleted", () => checker.deleteConsumer(DRIVER)],
  ];
  let healed = 0;
  using _pace = new Pace(publisher, RUNS_A_SECOND);
  for (const [what, kill] of kills) {
    await fleet.atWork(0);
    await kill();
    const before = checker.engine.results.length;
    const startedAt = performance.now();
    const works = await checker.engine.untilTaken(before + RUNS_A_SECOND);
    if (works) healed++;
    say(`${what}; ${((performance.now() - startedAt) / 1000).toFixed(1)} s later runs end again`);
  }
  publisher.allowAll();
  await publisher.done;
  const settled = await checker.allSettled(DRIVER);
  const alive = PLACES.filter((place) =>
    fleet.at(place).running && fleet.at(place).pid === pids[place]
  );
  const exits = await fleet.stop();
  return [
    exactly("faults healed", kills.length, healed),
    exactly("instances that lived through it", PLACES.length, alive.length),
    ...await resultFigures(checker, ledger, fleet.histories, say),
    exactly("consumers left with work", 0, settled ? 0 : 1),
    exitFigure(exits, say),
    told("results handed in again", fleet.total("republished")),
    told("attempts beyond a run's first", fleet.repeats),
  ];
}
