/** A flood of malformed and hostile messages. The driver has to survive it, and to account for every one. */

import { randomInt } from "node:crypto";
import { singleServer } from "../lib/broker.ts";
import { endedDeliveries } from "../lib/ends.ts";
import { Fleet } from "../lib/fleet.ts";
import {
  HOSTILE_DRIVER,
  HOSTILE_TYPE,
  type HostileMessage,
  hostileMessages,
  isMeantForDriver,
} from "../lib/hostile_messages.ts";
import { Checker } from "../lib/checker.ts";
import type { StoredResult } from "../lib/ledger.ts";
import {
  exactly,
  type Figure,
  type Scenario,
  type ScenarioContext,
  told,
} from "../lib/scenario.ts";

const MESSAGES = 100_000;
const BATCH = 1000;
/** Events that may wait for the driver: what a batch may be behind before the next is published. */
const MOST_WAITING = 5000;
/** 100,000 generated messages: no crash, no stuck loop, each one accounted for. */
export const hostile: Scenario = { name: "hostile", run };

async function run(
  { stage, runtime, runs = MESSAGES, seed = randomInt(2 ** 31), say }: ScenarioContext,
): Promise<Figure[]> {
  await using broker = await singleServer();
  await using checker = await Checker.connect(broker.urls);
  await checker.createStreams({ replicas: broker.replicas, lines: false });
  const config = {
    name: HOSTILE_DRIVER,
    resources: [HOSTILE_TYPE],
    servers: broker.urls,
    concurrency: 32,
    ackWaitMs: 30_000,
  };
  await using fleet = new Fleet(stage, runtime, config, () => {}, "hostile.mjs");
  await fleet.start(0);
  const { pid } = fleet.at(0);
  say(`the seed is ${seed}`);
  let meant = 0;
  const good = new Map<string, string>();
  const kinds = new Map<string, number>();
  for (let sent = 0; sent < runs;) {
    const batch = hostileMessages(Math.min(BATCH, runs - sent), seed + sent);
    await publishAll(checker, batch);
    for (const message of batch) {
      if (isMeantForDriver(message)) meant++;
      if (message.good) good.set(message.good.runId, message.good.text);
      kinds.set(message.kind, (kinds.get(message.kind) ?? 0) + 1);
    }
    sent += batch.length;
    if (!await checker.fewerWaiting(HOSTILE_DRIVER, MOST_WAITING)) break;
    if (sent % 10_000 === 0) say(`${sent} of ${runs} messages`);
  }
  say([...kinds].map(([kind, count]) => `${kind} ${count}`).join(", "));
  const settled = await checker.allSettled(HOSTILE_DRIVER);
  const { delivered: { consumer_seq: deliveries } } = await checker.consumer(HOSTILE_DRIVER);
  const survived = fleet.at(0).pid === pid && fleet.at(0).running;
  const [exit] = await fleet.stop();
  const drained = await checker.engine.drained();
  for (const notice of fleet.notices) say(notice);
  if (exit?.code !== 0) say(`it ended with ${exit?.code ?? exit?.signal}: ${exit?.complaints}`);
  const stats = fleet.stats[0] ?? {};
  return [
    exactly("crashes", 0, survived && exit?.code === 0 ? 0 : 1),
    exactly("left undone", 0, settled && drained ? 0 : 1),
    exactly("messages for the driver", meant, (stats["received"] ?? 0) - (deliveries - meant)),
    exactly("deliveries not received", 0, deliveries - (stats["received"] ?? 0)),
    exactly("received and not accounted for", 0, (stats["received"] ?? 0) - endedDeliveries(stats)),
    exactly(
      "good ones without their one right result",
      0,
      unfulfilled(good, checker.engine.results),
    ),
    exactly("prototypes bent", 0, stats["bent"] ?? 0),
    told("poisoned", stats["poisoned"] ?? 0),
    told("succeeded", stats["succeeded"] ?? 0),
    told("given up", stats["deadLettered"] ?? 0),
    told("seed", seed),
  ];
}

async function publishAll(checker: Checker, messages: readonly HostileMessage[]): Promise<void> {
  const rest = messages.values();
  const lane = async () => {
    for (const { subject, data } of rest) await checker.publish(subject, data);
  };
  await Promise.all(Array.from({ length: 64 }, lane));
}

/** Good messages that have no result, more than one, or one that says something else than what was asked for. */
function unfulfilled(
  good: ReadonlyMap<string, string>,
  results: readonly StoredResult[],
): number {
  const right = new Map<string, number>();
  const wrong = new Set<string>();
  for (const { run_id: runId, driverresult } of results) {
    const text = good.get(runId);
    if (text === undefined) continue;
    right.set(runId, (right.get(runId) ?? 0) + 1);
    const { success, data } = driverresult as {
      success: boolean;
      data: { given?: { text?: string } };
    };
    if (!success || data?.given?.text !== text) wrong.add(runId);
  }
  return [...good.keys()].filter((runId) => right.get(runId) !== 1 || wrong.has(runId)).length;
}
