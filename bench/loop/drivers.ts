/** How much slower many drivers in one process are than ten, each with a resource type of its own. */

import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { createDriver, createDriverManager } from "@conveyor/driver";
import { median } from "../median.ts";
import { addConsumer, type BenchWorld, clear, encodeEvent, storedResults } from "../world.ts";
import { consumeOn } from "./baseline.ts";
import { loopOn } from "./nats_loop.ts";

/** Events per second by number of drivers, of the SDK and of loops by hand that share a connection. */
export interface ManyDrivers {
  readonly rates: ReadonlyMap<number, number>;
  readonly byHand: ReadonlyMap<number, number>;
  /** 300 drivers over 10. */
  readonly ratio: number;
  /** The same by hand: what the server makes of 300 consumers. */
  readonly ratioByHand: number;
}

/** Starts drivers; the function it gives ends them. */
type StartMany = (
  world: BenchWorld,
  count: number,
  onReconcile: () => void,
  onDone: () => void,
) => Promise<() => Promise<void>>;

const COUNTS = [1, 10, 100, 300];
const CONCURRENCY = 4;

/** Measures 1, 10, 100 and 300 drivers in turns, each with `events` events for all of them together. */
export async function measureDrivers(
  world: BenchWorld,
  { events, rounds }: { events: number; rounds: number },
): Promise<ManyDrivers> {
  const rates = emptyRates();
  const byHand = emptyRates();
  for (let round = 0; round <= rounds; round++) {
    for (const count of COUNTS) {
      const ours = await eventsPerSecond(world, startManager, count, events);
      const loops = await eventsPerSecond(world, startLoops, count, events);
      if (round === 0) continue; // The first one warms up.
      rates.get(count)?.push(ours);
      byHand.get(count)?.push(loops);
    }
  }
  return {
    rates: mediansOf(rates),
    byHand: mediansOf(byHand),
    ratio: ratioOf(rates),
    ratioByHand: ratioOf(byHand),
  };
}

type Rates = ReadonlyMap<number, number[]>;

function emptyRates(): Rates {
  return new Map(COUNTS.map((count) => [count, []]));
}

function mediansOf(rates: Rates): ReadonlyMap<number, number> {
  return new Map([...rates].map(([count, all]) => [count, median(all)]));
}

function ratioOf(rates: Rates): number {
  const tens = rates.get(10) ?? [];
  return median((rates.get(300) ?? []).map((rate, i) => rate / tens[i]!));
}

async function eventsPerSecond(
  world: BenchWorld,
  start: StartMany,
  count: number,
  events: number,
): Promise<number> {
  let startedAt = 0;
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  const end = await start(
    world,
    count,
    () => startedAt ||= performance.now(),
    () => ++done === events && finish(),
  );
  const js = jetstream(world.admin);
  for (let sent = 0; sent < events;) {
    const window = Math.min(500, events - sent);
    await Promise.all(
      Array.from(
        { length: window },
        (_, i) => js.publish(`resources.${typeOf((sent + i) % count)}`, encodeEvent()),
      ),
    );
    sent += window;
  }
  await finished;
  const seconds = (performance.now() - startedAt) / 1000;
  await end();
  const stored = await storedResults(world);
  if (stored !== events) throw new Error(`${events} events left ${stored} results`);
  await clear(world);
  return events / seconds;
}

const startManager: StartMany = async (world, count, onReconcile, onDone) => {
  const drivers = Array.from({ length: count }, (_, i) =>
    createDriver({
      name: nameOf(i),
      resources: [typeOf(i)],
      reconcile() {
        onReconcile();
      },
    }));
  const manager = createDriverManager({
    drivers,
    servers: world.url,
    concurrency: CONCURRENCY,
    console: false,
    runLog: "off",
    handleSignals: false,
    onEvent(event) {
      if (event.type === "run-ended") onDone();
    },
  });
  const running = manager.run();
  await manager.ready;
  return async () => {
    await manager.stop();
    await running;
  };
};

const startLoops: StartMany = async (world, count, onReconcile, onDone) => {
  const nc = await connect({ servers: world.url, noAsyncTraces: true });
  const stops: (() => Promise<unknown>)[] = [];
  for (let i = 0; i < count; i++) {
    const driver = nameOf(i);
    await addConsumer(world.admin, driver, typeOf(i));
    const loop = await loopOn(nc, { driver, concurrency: CONCURRENCY, onReconcile, onDone });
    stops.push(await consumeOn(loop, CONCURRENCY, 500));
  }
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    await nc.close();
  };
};

const nameOf = (index: number) => `bench-${index}`;
const typeOf = (index: number) => `type-${index}`;
