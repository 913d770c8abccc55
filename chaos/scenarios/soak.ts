/** A long time at a steady rate, with failures mixed in: what a process weighs must not grow. */

import { singleServer } from "../lib/broker.ts";
import { Fleet } from "../lib/fleet.ts";
import { Judge } from "../lib/judge.ts";
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
import { resultFigures } from "../lib/verdict.ts";
import { type Sample, Series } from "../lib/series.ts";

const DRIVER = "chaos";
const TYPE = "workflow";
const RUNS_A_SECOND = 20;
/** A heap may be this much larger at the end than in the middle: it breathes. */
const MOST_GROWTH = 0.1;

/** Thirty minutes at twenty runs a second: heap and handles stay flat, nothing is lost. */
export const soak: Scenario = { name: "soak", run };

async function run({ stage, runtime, minutes = 30, say }: ScenarioContext): Promise<Figure[]> {
  const runs = Math.round(minutes * 60 * RUNS_A_SECOND);
  await using broker = await singleServer();
  await using judge = await Judge.connect(broker.urls);
  await judge.createStreams({ replicas: broker.replicas });
  const series = new Series(minutes);
  await using fleet = new Fleet(stage, runtime, {
    name: DRIVER,
    resources: [TYPE],
    servers: broker.urls,
    concurrency: 4,
    ackWaitMs: 30_000,
    sampleMs: Math.max(500, minutes * 100),
  }, (line) => {
    if (line.type === "sample") series.add(line satisfies Sample);
  });
  await fleet.start(0);
  const ledger = new Ledger({ driver: DRIVER, type: TYPE, runs, resources: 500 });
  const publisher = new Publisher(judge, ledger);
  {
    using _pace = new Pace(publisher, RUNS_A_SECOND);
    using _talk = every(60_000, () => say(`${publisher.published} events; ${series.last}`));
    await publisher.done;
  }
  const settled = await judge.allSettled(DRIVER);
  const [end] = await fleet.stop();
  say(
    `heap in MB, a tenth of the time each: ${series.tenths("heapUsed").map(megabytes).join(" ")}`,
  );
  say(`open files, a tenth of the time each: ${series.tenths("files").join(" ")}`);
  const growth = series.growth("heapUsed");
  const files = series.growth("files");
  return [
    ...await resultFigures(judge, ledger, say),
    exactly("consumers left with work", 0, settled ? 0 : 1),
    exactly("exit codes that are not 0", 0, end?.code === 0 ? 0 : 1),
    flat("heap, last third over second", growth),
    flat("open files, last third over second", files),
    told("heap in MB", series.tenths("heapUsed").map(megabytes).join(" ")),
    told("open files", series.tenths("files").join(" ")),
  ];
}

function flat(name: string, growth: number): Figure {
  return {
    name,
    target: `+${MOST_GROWTH * 100} % or less`,
    measured: `${growth >= 0 ? "+" : ""}${(growth * 100).toFixed(1)} %`,
    met: growth <= MOST_GROWTH,
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function every(ms: number, call: () => void): Disposable {
  const timer = setInterval(call, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
