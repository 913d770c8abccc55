/** Rounds of runs on two instances, each of which begins when the one before it has ended. */

import { singleServer } from "./broker.ts";
import { Checker } from "./checker.ts";
import { Fleet } from "./fleet.ts";
import { Ledger } from "./ledger.ts";
import { Publisher } from "./publisher.ts";
import type { Figure, ScenarioContext } from "./scenario.ts";
import { resultFigures } from "./verdict.ts";

const DRIVER = "chaos";
const TYPE = "workflow";
const CONCURRENCY = 2;
const ROUNDS = 5;

/** Runs that two instances of concurrency 2 can do at a time. */
export const SLOTS = 2 * CONCURRENCY;

/** What a round is. */
export interface RoundOptions {
  /** How many runs it has. */
  readonly runs: number;
  /** How long a run of it takes, in milliseconds; the first is 0. */
  readonly workMs: (number: number) => number;
  /** How long it may take, in milliseconds. */
  readonly limitMs: number;
  /** What it is called while it runs. */
  readonly what: string;
}

/** What the rounds have shown. */
export interface Rounds {
  /** How many runs each instance has started. */
  readonly starts: readonly [number, number];
  /** How many runs there were. */
  readonly runs: number;
  /** How many events have gone back unrun. */
  readonly handedBack: number;
  /** The slowest of them, against the limit. */
  readonly slowest: Figure;
  /** The figures that every scenario has to reach. */
  readonly results: readonly Figure[];
}

/** Plays five rounds. */
export async function playRounds(
  { stage, runtime, say }: ScenarioContext,
  { runs, workMs, limitMs, what }: RoundOptions,
): Promise<Rounds> {
  await using broker = await singleServer();
  await using checker = await Checker.connect(broker.urls);
  await checker.createStreams({ replicas: broker.replicas });
  const starts: [number, number] = [0, 0];
  const config = {
    name: DRIVER,
    resources: [TYPE],
    servers: broker.urls,
    concurrency: CONCURRENCY,
    ackWaitMs: 30_000,
  };
  await using fleet = new Fleet(stage, runtime, config, (line, place) => {
    if (line.type === "started") starts[place === 0 ? 0 : 1]++;
  });
  await Promise.all([fleet.start(0), fleet.start(1)]);
  const ledger = new Ledger({
    driver: DRIVER,
    type: TYPE,
    runs: runs * ROUNDS,
    workMs: (number) => workMs(number % runs),
    ending: () => "succeeds",
  });
  const publisher = new Publisher(checker, ledger);
  const times: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const startedAt = performance.now();
    publisher.allow(round * runs);
    await checker.engine.untilTaken(round * runs, 10);
    times.push(performance.now() - startedAt);
    say(`round ${round}: ${what} in ${seconds(times.at(-1) ?? 0)}`);
  }
  await publisher.done;
  await fleet.stop();
  const slowestMs = Math.max(...times);
  return {
    starts,
    runs: runs * ROUNDS,
    handedBack: fleet.total("handedBack"),
    slowest: {
      name: `slowest of ${ROUNDS} rounds`,
      target: `${seconds(limitMs)} or less`,
      measured: seconds(slowestMs),
      met: slowestMs <= limitMs,
    },
    results: await resultFigures(checker, ledger, fleet.histories, say),
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
