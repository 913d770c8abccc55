/** Events per second from backlogs of several sizes: a queue must not slow down as it grows. */

import { type BenchWorld, clear, loadEvents } from "../world.ts";
import { startSdk } from "./sdk.ts";

/** How many events are taken from each backlog. */
const TAKEN = 20_000;

/** Measures each size once; events per second by size. */
export async function measureBacklogs(
  world: BenchWorld,
  sizes: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rates = new Map<number, number>();
  for (const size of sizes) rates.set(size, await fromBacklog(world, size));
  return rates;
}

async function fromBacklog(world: BenchWorld, size: number): Promise<number> {
  await loadEvents(world, "bench", size);
  const events = Math.min(TAKEN, size);
  let startedAt = 0;
  let done = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => finish = resolve);
  const end = await startSdk({
    url: world.url,
    driver: "bench",
    concurrency: 64,
    onReconcile: () => startedAt ||= performance.now(),
    onDone() {
      if (++done === events) finish();
    },
  });
  await finished;
  const seconds = (performance.now() - startedAt) / 1000;
  await end();
  await clear(world);
  return events / seconds;
}
