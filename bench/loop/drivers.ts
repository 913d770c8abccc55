/** How much slower many drivers in one manager are than ten, each with a resource type of its own. */

import { jetstream } from "@nats-io/jetstream";
import { createDriver, createDriverManager } from "@conveyor/driver";
import { median } from "../median.ts";
import { type BenchWorld, clear, encodeEvent, storedResults } from "../world.ts";

/** Events per second by number of drivers. */
export interface ManyDrivers {
  readonly rates: ReadonlyMap<number, number>;
  /** 300 drivers over 10. */
  readonly ratio: number;
}

/** Measures 1, 10, 100 and 300 drivers in turns, each with `events` events for all of them together. */
export async function measureDrivers(
  world: BenchWorld,
  { events, rounds }: { events: number; rounds: number },
): Promise<ManyDrivers> {
  const counts = [1, 10, 100, 300];
  const rates = new Map<number, number[]>(counts.map((count) => [count, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const count of counts) {
      const rate = await eventsPerSecond(world, count, events);
      if (round > 0) rates.get(count)?.push(rate); // The first one warms up.
    }
  }
  const tens = rates.get(10) ?? [];
  const ratio = median((rates.get(300) ?? []).map((rate, i) => rate / tens[i]!));
  return { rates: new Map([...rates].map(([count, all]) => [count, median(all)])), ratio };
}

async function eventsPerSecond(world: BenchWorld, count: number, events: number): Promise<number> {
  let startedAt = 0;
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  const drivers = Array.from({ length: count }, (_, i) =>
    createDriver({
      name: `bench-${i}`,
      resources: [`type-${i}`],
      reconcile() {
        startedAt ||= performance.now();
      },
    }));
  const manager = createDriverManager({
    drivers,
    servers: world.url,
    concurrency: 4,
    console: false,
    runLog: "off",
    handleSignals: false,
    onEvent(event) {
      if (event.type === "run-ended" && ++done === events) finish();
    },
  });
  const running = manager.run();
  await manager.ready;
  const js = jetstream(world.admin);
  for (let sent = 0; sent < events;) {
    const window = Math.min(500, events - sent);
    await Promise.all(
      Array.from(
        { length: window },
        (_, i) => js.publish(`resources.type-${(sent + i) % count}`, encodeEvent()),
      ),
    );
    sent += window;
  }
  await finished;
  const seconds = (performance.now() - startedAt) / 1000;
  await manager.stop();
  await running;
  const stored = await storedResults(world);
  if (stored !== events) throw new Error(`${events} events left ${stored} results`);
  await clear(world);
  return events / seconds;
}
