/** The broker comes back empty: its streams, consumers, buckets and sequences are gone, and the same numbers are given again. */

import type { Ending, PlannedRun } from "../lib/planned_run.ts";
import { untilProgress } from "../lib/progress.ts";
import {
  exactly,
  type Figure,
  type Scenario,
  type ScenarioContext,
  told,
} from "../lib/scenario.ts";
import { openSetup, type Setup } from "../lib/setup.ts";

/** How often all is lost. */
const LOSSES = { long: 8, short: 2 };
/** How long the broker is away, in turn, in milliseconds. */
const AWAY_MS = [500, 2000, 5000, 12_000];
const ACK_WAIT_MS = 10_000;
/** The runs of one store: the first are long, and in flight when it is lost. */
const RUNS = 200;
const HELD = 6;
const HELD_MS = 9000;
/** Runs that are taken must not become more for so long before a store counts as one that nobody works on. */
const STANDSTILL_MS = 60_000;

/**
 * Every store gets its events in the same order, so that long runs of the old store end while events with the same sequences
 * are in flight in the new one. Half of these throw once: an event that an old delivery has settled is never delivered again.
 * The engine is part of the server, and stops with it; what a store held when it was lost is lost.
 */
export const amnesia: Scenario = { name: "amnesia", run };

async function run(context: ScenarioContext): Promise<Figure[]> {
  const losses = context.short ? LOSSES.short : LOSSES.long;
  await using setup = await openSetup(context, {
    instance: { ackWaitMs: ACK_WAIT_MS, timeoutMs: HELD_MS * 2 },
    ledger: { runs: RUNS * (losses + 1), workMs, ending },
  });
  const { server, checker, ledger } = setup;
  const gone = new Set<PlannedRun>();
  let worked = 0;
  for (let store = 0; store < losses; store++) {
    const runs = await publishStore(setup, store);
    if (await untilTaken(setup, runs.slice(HELD))) worked++;
    for (const held of runs.slice(0, HELD)) gone.add(held);
    await checker.engine.drained();
    await checker.engine.pause();
    await server.forget(AWAY_MS[store % AWAY_MS.length] ?? 0);
    await checker.createStreams();
    await checker.keepEvents();
    checker.engine.resume();
    context.say(`${store + 1} of ${losses} losses, ${checker.engine.results.length} results`);
  }
  await publishStore(setup, losses);
  const figures = await setup.conclude({ lostWithStore: gone });
  const { lost } = ledger.check(checker.engine.results);
  return [
    exactly("stores lost, and worked on before", losses, worked),
    ...figures,
    told("in flight when the store was lost", gone.size),
    told("of them, lost with it", lost.filter((run) => gone.has(run)).length),
  ];
}

/** Publishes the events of one store, and gives their runs. */
async function publishStore({ publisher, ledger }: Setup, store: number): Promise<PlannedRun[]> {
  const count = RUNS * (store + 1);
  publisher.allow(count);
  await untilProgress(() =>
    Promise.resolve({ at: publisher.published, done: publisher.published >= count })
  );
  return ledger.runs.slice(RUNS * store, count);
}

async function untilTaken({ checker }: Setup, runs: readonly PlannedRun[]): Promise<boolean> {
  return await untilProgress(() => {
    const { results } = checker.engine;
    const taken = new Set(results.map(({ run_id: runId }) => runId));
    return Promise.resolve({
      at: results.length,
      done: runs.every(({ runId }) => taken.has(runId)),
    });
  }, { standstillMs: STANDSTILL_MS });
}

function workMs(number: number): number {
  return number % RUNS < HELD ? HELD_MS - (number % HELD) * 500 : 2 + (number * 7919) % 49;
}

/** Of two stores in a row, the one has a run that succeeds where the other has one that throws. */
function ending(number: number): Ending {
  const place = number % RUNS;
  if (place < HELD) {
    return (place + Math.floor(number / RUNS)) % 2 === 0 ? "succeeds" : "throws once";
  }
  return place % 20 === 7 ? "throws once" : place % 20 === 13 ? "fails" : "succeeds";
}
