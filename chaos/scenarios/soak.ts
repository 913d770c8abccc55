/** A long time at a steady rate, with failures mixed in: nothing is lost, and nothing piles up. */

import { readdir } from "node:fs/promises";
import { singleServer } from "../lib/broker.ts";
import { Fleet } from "../lib/fleet.ts";
import { Checker } from "../lib/checker.ts";
import { Ledger } from "../lib/ledger.ts";
import { Pace } from "../lib/pace.ts";
import { untilProgress } from "../lib/progress.ts";
import { Publisher } from "../lib/publisher.ts";
import {
  atLeast,
  exactly,
  type Figure,
  type Scenario,
  type ScenarioContext,
  told,
} from "../lib/scenario.ts";
import { growth, median, overview, type Sample } from "../lib/series.ts";
import { exitFigure, resultFigures } from "../lib/verdict.ts";

const DRIVER = "chaos";
const TYPE = "workflow";
const MINUTES = 30;
const RUNS_A_SECOND = 50;
/** The server is killed so often in that time, and malformed messages come so often. */
const SERVER_KILLS = 5;
const POISON_EVERY_MS = 5000;
const SAMPLES = 180;
const MIB = 1024 * 1024;
/** What the heap may have grown by and still count as level, as a part of its size. */
const LEVEL = 0.1;

/** Thirty minutes: heap and handles stay level, and no run is lost. */
export const soak: Scenario = { name: "soak", long: true, run };

async function run(
  { stage, runtime, minutes = MINUTES, say }: ScenarioContext,
): Promise<Figure[]> {
  const durationMs = minutes * 60_000;
  const ledger = new Ledger({
    driver: DRIVER,
    type: TYPE,
    runs: Math.floor(durationMs / 1000 * RUNS_A_SECOND),
    resources: 997,
  });
  const heap: Sample[] = [];
  const memory: Sample[] = [];
  const handles: Sample[] = [];
  await using broker = await singleServer();
  await using checker = await Checker.connect(broker.urls);
  await checker.createStreams({ replicas: broker.replicas });
  const config = {
    name: DRIVER,
    resources: [TYPE],
    servers: broker.urls,
    concurrency: 8,
    ackWaitMs: 5000,
    sampleMs: durationMs / SAMPLES,
  };
  await using fleet = new Fleet(stage, runtime, config, (line) => {
    if (line.type !== "sample") return;
    const at = performance.now();
    heap.push({ at, value: line.heapUsed / MIB });
    memory.push({ at, value: line.rss / MIB });
    void openFiles(fleet.at(0).pid).then((value) => value && handles.push({ at, value }));
  });
  await fleet.start(0);
  const publisher = new Publisher(checker, ledger);
  using _pace = new Pace(publisher, RUNS_A_SECOND);
  using poison = new Poison(checker);
  const share = ledger.runs.length / (SERVER_KILLS + 1);
  let kills = 0;
  for (; kills < SERVER_KILLS; kills++) {
    await untilPublished(publisher, (kills + 1) * share);
    await broker.kill();
    say(
      `${publisher.published} of ${ledger.runs.length} events, heap ${
        overview(heap.slice(-1))
      } MiB`,
    );
  }
  await publisher.done;
  poison[Symbol.dispose]();
  const settled = await checker.allSettled(DRIVER);
  const exits = await fleet.stop();
  const mostGrowth = median(heap.map(({ value }) => value)) * LEVEL;
  return [
    exactly("servers killed", SERVER_KILLS, kills),
    ...await resultFigures(checker, ledger, fleet.histories, say),
    exactly("consumers left with work", 0, settled ? 0 : 1),
    exitFigure(exits, say),
    atLeast("poison taken out", poison.sent, fleet.total("poisoned")),
    level("heap grown by, MiB", growth(heap), mostGrowth),
    level("open files and sockets grown by", growth(handles), 1),
    told("heap, MiB", overview(heap)),
    told("resident memory, MiB", overview(memory, 0)),
    told("open files and sockets", overview(handles, 0)),
    told("attempts that threw or ran out of time", fleet.total("retried")),
  ];
}

function level(name: string, measured: number, most: number): Figure {
  return {
    name,
    target: `less than ${most.toFixed(1)}`,
    measured: measured.toFixed(1),
    met: measured < most,
  };
}

async function untilPublished(publisher: Publisher, count: number): Promise<void> {
  await untilProgress(
    () => Promise.resolve({ at: publisher.published, done: publisher.published >= count }),
    { everyMs: 500 },
  );
}

/** How many files and sockets a process holds open; `undefined` where the system does not tell. */
async function openFiles(pid: number): Promise<number | undefined> {
  return await readdir(`/proc/${pid}/fd`).then((files) => files.length, () => undefined);
}

/** Publishes a malformed message from time to time, until it is disposed of. */
class Poison implements Disposable {
  sent = 0;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(checker: Checker) {
    this.#timer = setInterval(() => {
      this.sent++;
      void checker.publish(`resources.${TYPE}`, "{", `poison:${this.sent}`);
    }, POISON_EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
