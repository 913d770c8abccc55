/** Long runs behind short ones: an instance that has read ahead leaves to the other what it cannot run. */

import { singleServer } from "../lib/broker.ts";
import { Fleet } from "../lib/fleet.ts";
import { Checker } from "../lib/checker.ts";
import { Ledger } from "../lib/ledger.ts";
import { Publisher } from "../lib/publisher.ts";
import type { Figure, Scenario, ScenarioContext } from "../lib/scenario.ts";
import { resultFigures } from "../lib/verdict.ts";

const DRIVER = "chaos";
const TYPE = "workflow";
const SHORT = 200;
const LONG = 8;
const RUNS = SHORT + LONG;
const SHORT_MS = 1;
const LONG_MS = 1000;
const CONCURRENCY = 2;
const INSTANCES = 2;
const ROUNDS = 5;
/** What a round takes when no slot is ever idle, and then some for 200 more ways there and back. */
const BEST_MS = (LONG_MS * LONG + SHORT_MS * SHORT) / (INSTANCES * CONCURRENCY);
const LIMIT_MS = BEST_MS + LONG_MS * 3 / 4;

/** 200 runs of one millisecond and then 8 of one second, on two instances of concurrency 2, each of five times. */
export const readAhead: Scenario = { name: "read-ahead", run };

async function run({ stage, runtime, say }: ScenarioContext): Promise<Figure[]> {
  await using broker = await singleServer();
  await using checker = await Checker.connect(broker.urls);
  await checker.createStreams({ replicas: broker.replicas });
  const config = {
    name: DRIVER,
    resources: [TYPE],
    servers: broker.urls,
    concurrency: CONCURRENCY,
    ackWaitMs: 30_000,
  };
  await using fleet = new Fleet(stage, runtime, config);
  await Promise.all([fleet.start(0), fleet.start(1)]);
  const ledger = new Ledger({
    driver: DRIVER,
    type: TYPE,
    runs: RUNS * ROUNDS,
    workMs: (number) => number % RUNS < SHORT ? SHORT_MS : LONG_MS,
    ending: () => "succeeds",
  });
  const publisher = new Publisher(checker, ledger);
  const times: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const startedAt = performance.now();
    publisher.allow(round * RUNS);
    await checker.engine.untilTaken(round * RUNS, 10);
    times.push(performance.now() - startedAt);
    say(`round ${round}: ${SHORT} short and ${LONG} long runs in ${seconds(times.at(-1) ?? 0)}`);
  }
  await publisher.done;
  await fleet.stop();
  const slowest = Math.max(...times);
  return [
    {
      name: `slowest of ${ROUNDS} rounds`,
      target: `${seconds(LIMIT_MS)} or less`,
      measured: seconds(slowest),
      met: slowest <= LIMIT_MS,
    },
    {
      name: "events that have gone back unrun",
      target: "any number",
      measured: String(fleet.total("handedBack")),
      met: true,
    },
    ...await resultFigures(checker, ledger, say),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
