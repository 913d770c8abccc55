/** How much slower many drivers in one process are than ten, each with a resource type of its own. */

import { jetstream } from "@nats-io/jetstream";
import { median } from "../median.ts";
import { type BenchWorld, clear, encodeEvent, storedResults } from "../world.ts";
import { startLoops, startManager, type StartMany, typeOf } from "./start_many.ts";

/** Events per second by number of drivers, of the SDK and of loops by hand that share a connection. */
export interface ManyDrivers {
  readonly rates: ReadonlyMap<number, number>;
  readonly byHand: ReadonlyMap<number, number>;
  /** 300 drivers over 10. */
  readonly ratio: number;
  /** The same by hand: what the server makes of 300 consumers. */
  readonly ratioByHand: number;
}

const COUNTS = [1, 10, 100, 300];

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
