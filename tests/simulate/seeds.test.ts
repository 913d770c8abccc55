import { expect, it } from "vitest";
import { everySeed, playSeeds } from "../../simulate/run/play_seeds.ts";
import { brokenSchedules, renderSummary } from "../../simulate/run/summary.ts";

/** Deno and Bun run the same code: a few schedules show that it does the same there. */
const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);
const COUNT = isNode ? 500 : 25;

it(`${COUNT} schedules with seeds of their own break no promise`, async () => {
  const from = Math.floor(Math.random() * 2 ** 40);
  console.log(`npm run simulate -- --from ${from} --seeds ${COUNT}`);
  const started = performance.now();
  const summary = await playSeeds(everySeed(from, COUNT));
  const seconds = (performance.now() - started) / 1000;
  expect(brokenSchedules(summary), renderSummary(summary, seconds)).toBe(0);
  expect(summary.schedules).toBe(COUNT);
}, 600_000);
