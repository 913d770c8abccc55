/** A rolling restart that never ends: every second one of four instances is asked to stop, and started again. */

import { setTimeout as pause } from "node:timers/promises";
import { singleServer } from "../lib/broker.ts";
import { Fleet } from "../lib/fleet.ts";
import type { InstanceExit } from "../lib/instance.ts";
import { Checker } from "../lib/checker.ts";
import { Ledger } from "../lib/ledger.ts";
import { Pace } from "../lib/pace.ts";
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

const DRIVER = "chaos";
const TYPE = "workflow";
const INSTANCES = 4;
const STOPS = 60;
const RUNS_A_SECOND = 100;

/** SIGTERM every second for a minute: nothing lost, nothing delivered twice, and every process ends in peace. */
export const sigterm: Scenario = { name: "sigterm", run };

async function run(
  { stage, runtime, runs = STOPS * RUNS_A_SECOND, say }: ScenarioContext,
): Promise<Figure[]> {
  await using broker = await singleServer();
  await using checker = await Checker.connect(broker.urls);
  await checker.createStreams({ replicas: broker.replicas });
  await using fleet = new Fleet(stage, runtime, {
    name: DRIVER,
    resources: [TYPE],
    servers: broker.urls,
    concurrency: 4,
    ackWaitMs: 30_000,
  });
  const ledger = new Ledger({
    driver: DRIVER,
    type: TYPE,
    runs,
    ending: (number) => number % 50 === 13 ? "fails" : "succeeds",
  });
  const places = Array.from({ length: INSTANCES }, (_, place) => place);
  const ready = places.map((place) => fleet.start(place));
  await Promise.all(ready);
  const publisher = new Publisher(checker, ledger);
  const exits: Promise<InstanceExit>[] = [];
  using _pace = new Pace(publisher, RUNS_A_SECOND);
  const startedAt = performance.now();
  for (let stop = 0; stop < STOPS; stop++) {
    await pause(startedAt + stop * 1000 - performance.now());
    const place = stop % INSTANCES;
    await ready[place];
    const exit = fleet.at(place).end("SIGTERM");
    exits.push(exit);
    ready[place] = exit.then(() => fleet.start(place));
    if (stop % 10 === 9) say(`${stop + 1} of ${STOPS} stops, ${publisher.published} events`);
  }
  await Promise.all(ready);
  publisher.allowAll();
  await publisher.done;
  const settled = await checker.allSettled(DRIVER);
  const stopped = await Promise.all(exits);
  const { delivered: { consumer_seq: deliveries } } = await checker.consumer(DRIVER);
  const last = await fleet.stop();
  return [
    atLeast("instances stopped", STOPS, stopped.length),
    ...await resultFigures(checker, ledger, fleet.histories, say),
    exactly("delivered more than once", 0, deliveries - ledger.runs.length),
    exactly("attempts beyond a run's first", 0, fleet.repeats),
    exitFigure([...stopped, ...last], say),
    exactly("consumers left with work", 0, settled ? 0 : 1),
    told("naks other than retries", fleet.total("handedBack")),
  ];
}
