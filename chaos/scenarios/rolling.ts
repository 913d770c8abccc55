/** Instances of one configuration are replaced by those of another, one by one, under load. */

import { singleServer } from "../lib/broker.ts";
import { Fleet } from "../lib/fleet.ts";
import type { InstanceConfig, InstanceExit } from "../lib/instance.ts";
import { Checker } from "../lib/checker.ts";
import { Ledger } from "../lib/ledger.ts";
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
const PLACES = [0, 1, 2, 3];
const RUNS = 2000;
const OLDER: Partial<InstanceConfig> = {
  resources: ["workflow"],
  ackWaitMs: 5000,
  maxAckPending: 100,
};
const NEWER: Partial<InstanceConfig> = {
  resources: ["workflow", "release"],
  ackWaitMs: 8000,
  maxAckPending: 500,
};

/**
 * The newer configuration lists one more resource type, another ack wait and another budget. No release reconfigures the consumer of another, and
 * events of the new type, which the older instances cannot take, are done all the same.
 */
export const rolling: Scenario = { name: "rolling", run };

async function run({ stage, runtime, runs = RUNS, say }: ScenarioContext): Promise<Figure[]> {
  await using broker = await singleServer();
  await using checker = await Checker.connect(broker.urls);
  await checker.createStreams({ replicas: broker.replicas });
  await using fleet = new Fleet(stage, runtime, {
    name: DRIVER,
    resources: ["workflow"],
    servers: broker.urls,
    concurrency: 4,
    ackWaitMs: 5000,
  });
  await Promise.all(PLACES.map((place) => fleet.start(place, OLDER)));
  const share = Math.floor(runs / (PLACES.length + 1));
  // The new type has no listener, and so no event, before the first instance that lists it.
  const type = (number: number) => number >= share && number % 3 === 0 ? "release" : "workflow";
  const ledger = new Ledger({ driver: DRIVER, type, runs });
  const publisher = new Publisher(checker, ledger);
  using watch = new ConsumerWatch(checker);
  const { created } = await checker.consumer(DRIVER);
  const exits: InstanceExit[] = [];
  for (const place of PLACES) {
    publisher.allow((place + 1) * share);
    await checker.engine.untilTaken(place * share + share / 4);
    exits.push(await fleet.at(place).end("SIGTERM"));
    await fleet.start(place, NEWER);
    say(
      `${
        place + 1
      } of ${PLACES.length} replaced, ${checker.engine.results.length} of ${runs} results`,
    );
  }
  publisher.allowAll();
  await publisher.done;
  const settled = await checker.allSettled(DRIVER);
  const consumer = await checker.consumer(DRIVER);
  exits.push(...await fleet.stop());
  const { max_ack_pending: budget = 0, ack_wait: ackWait = 0 } = consumer.config;
  return [
    ...await resultFigures(checker, ledger, fleet.histories, say),
    exactly("times the consumer was changed", 1, watch.changes),
    exactly("times the consumer was recreated", 0, consumer.created === created ? 0 : 1),
    exactly("budget at the end", NEWER.maxAckPending ?? 0, budget),
    exactly("ack wait at the end in ms", NEWER.ackWaitMs ?? 0, ackWait / 1_000_000),
    exactly("consumers left with work", 0, settled ? 0 : 1),
    exitFigure(exits, say),
    told("naks other than retries", fleet.total("handedBack")),
  ];
}

/** Counts how often the configuration of the driver's consumer becomes another one. */
class ConsumerWatch implements Disposable {
  changes = 0;
  #seen: string | undefined;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(checker: Checker) {
    const look = async () => {
      const { config } = await checker.consumer(DRIVER);
      const text = JSON.stringify(config);
      if (this.#seen !== undefined && this.#seen !== text) this.changes++;
      this.#seen = text;
    };
    this.#timer = setInterval(() => void look().catch(() => this.changes = NaN), 20);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
