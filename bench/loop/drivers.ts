/** How much slower many drivers in one process are than ten, each with a resource type of its own. */

import { jetstream } from "@nats-io/jetstream";
import { median } from "../median.ts";
import { cpuOf } from "../server_cpu.ts";
import { type BenchWorld, clear, encodeEvent, storedResults } from "../world.ts";
import { startLoops, startManager, type StartMany, typeOf } from "./start_many.ts";

/** What was measured of a number of drivers. */
interface Figures {
  /** Events per second. */
  readonly rate: number;
  /** How much of a core the nats-server has used. */
  readonly serverCores: number;
}

/** By number of drivers, of the SDK and of loops by hand that share a connection. */
export interface ManyDrivers {
  readonly rates: ReadonlyMap<number, number>;
  readonly byHand: ReadonlyMap<number, number>;
  /** How much of a core the nats-server has used meanwhile; `NaN` where that is not known. */
  readonly serverCores: ReadonlyMap<number, number>;
  readonly serverCoresByHand: ReadonlyMap<number, number>;
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
  const sdk = emptyFigures();
  const byHand = emptyFigures();
  for (let round = 0; round <= rounds; round++) {
    for (const count of COUNTS) {
      const ours = await measure(world, startManager, count, events);
      const loops = await measure(world, startLoops, count, events);
      if (round === 0) continue; // The first one warms up.
      sdk.get(count)?.push(ours);
      byHand.get(count)?.push(loops);
    }
  }
  return {
    rates: mediansOf(sdk, "rate"),
    byHand: mediansOf(byHand, "rate"),
    serverCores: mediansOf(sdk, "serverCores"),
    serverCoresByHand: mediansOf(byHand, "serverCores"),
    ratio: ratioOf(sdk),
    ratioByHand: ratioOf(byHand),
  };
}

type AllFigures = ReadonlyMap<number, Figures[]>;

function emptyFigures(): AllFigures {
  return new Map(COUNTS.map((count) => [count, []]));
}

function mediansOf(figures: AllFigures, field: keyof Figures): ReadonlyMap<number, number> {
  return new Map(
    [...figures].map(([count, all]) => [count, median(all.map((one) => one[field]))]),
  );
}

function ratioOf(figures: AllFigures): number {
  const tens = figures.get(10) ?? [];
  return median((figures.get(300) ?? []).map(({ rate }, i) => rate / tens[i]!.rate));
}

async function measure(
  world: BenchWorld,
  start: StartMany,
  count: number,
  events: number,
): Promise<Figures> {
  let startedAt = 0;
  let serverUs = 0;
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  const end = await start(
    world,
    count,
    () => {
      if (startedAt > 0) return;
      startedAt = performance.now();
      serverUs = cpuOf(world.serverPid);
    },
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
  serverUs = cpuOf(world.serverPid) - serverUs;
  await end();
  const stored = await storedResults(world);
  if (stored !== events) throw new Error(`${events} events left ${stored} results`);
  await clear(world);
  return { rate: events / seconds, serverCores: serverUs / 1e6 / seconds };
}
