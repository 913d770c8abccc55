/** Plays one schedule from its beginning to its end, and says what went wrong. */

import { ApiServer } from "../actors/api_server.ts";
import { Engine } from "../actors/engine.ts";
import { type FaultWorld, scheduleFault } from "../actors/faults.ts";
import { publishEvent } from "../actors/publisher.ts";
import { SimProcess } from "../actors/sim_process.ts";
import { ensureStreams } from "../actors/streams.ts";
import { Ledger } from "../check/ledger.ts";
import { checkEnd } from "../check/oracle.ts";
import type { Violation } from "../check/violation.ts";
import { Network } from "../network/network.ts";
import { MOST_ATTEMPTS, type Plan } from "../plan/plan.ts";
import { SimulatedServer } from "../server/server.ts";
import { installGlobals, SignalListeners } from "../world/globals.ts";
import { World } from "../world/world.ts";
import { catchUnhandled } from "./unhandled.ts";

/** What a schedule came to. */
export interface Played {
  readonly violations: readonly Violation[];
  readonly steps: number;
  readonly virtualMs: number;
}

/**
 * Once all is well, everything must settle within this time, in milliseconds, beyond what the work itself takes and beyond the
 * delays of processes that hand back what another one lists.
 */
const SETTLE_MS = 1_000_000;
/** A stop is watched for so long, in milliseconds. */
const STOP_MS = 400_000;
/** More listeners on one signal than this are a leak. */
const MOST_LISTENERS = 10;

/** Plays one schedule. */
export async function playSchedule(plan: Plan, trace?: (line: string) => void): Promise<Played> {
  const world = new World(plan.seed);
  world.trace = trace;
  const ledger = new Ledger(world, plan);
  const server = new SimulatedServer(world, plan.maxPayload, ledger);
  ledger.records.server = server;
  const network = new Network(world, server, ledger);
  const api = plan.api && new ApiServer(world, plan.api);
  ledger.api = api;
  const engine = new Engine(server, ledger, plan.engineMs, api);
  const shared = { world, network, ledger, protocol: plan.protocol, api };
  const processes = new Map(plan.managers.map((one) => [one.name, new SimProcess(shared, one)]));
  const parts: FaultWorld = { ...shared, plan, server, engine, processes };
  const listeners = new SignalListeners();
  const restore = installGlobals(world, listeners);
  const release = catchUnhandled((thrown) => {
    ledger.violate(
      "unhandled",
      thrown instanceof Error ? `${thrown.message}`.slice(0, 200) : String(thrown),
    );
  });
  try {
    let published = 0;
    world.after(0, () => {
      ensureStreams(parts);
      engine.bind();
      for (const process of processes.values()) {
        world.after(process.plan.startAt, () => process.start());
      }
      for (const event of plan.events) {
        world.after(
          event.at,
          () => publishEvent(world, server, ledger, event, () => published++, api),
        );
      }
      for (const fault of plan.faults) scheduleFault(parts, fault);
    });
    const lastStartMs = Math.max(0, ...plan.faults.map(({ at }) => at));
    const lastMs = Math.max(0, ...plan.events.map(({ at }) => at), ...plan.faults.map(faultEnd));
    const settled = () =>
      published === plan.events.length && ledger.runs.every((run) => isSettled(parts, run)) &&
      engineIdle(server);
    const nothingLeft = () => world.now > lastStartMs && settled() && isQuiet(parts);
    await world.runUntil(nothingLeft, lastMs + 1);
    heal(parts);
    const mostMs = world.now + SETTLE_MS + workMs(plan) - handedBackMs(ledger);
    while (!settled() && world.now < mostMs + handedBackMs(ledger)) {
      await world.runUntil(settled, mostMs + handedBackMs(ledger));
    }
    checkEnd(ledger, plan, server);
    const most = listeners.most();
    if (most > MOST_LISTENERS) ledger.violate("listeners", `one signal has ${most} listeners`);
    for (const process of processes.values()) process.stop(() => {});
    await world.runUntil(
      () => [...processes.values()].every(({ alive }) => !alive),
      world.now + STOP_MS,
    );
    return { violations: ledger.violations, steps: world.steps, virtualMs: world.now };
  } finally {
    release();
    restore();
  }
}

/** Whether an event is done with, one way or another. */
export function isSettled(
  { server }: Pick<FaultWorld, "server">,
  { driver, stream, sequence }: Ledger["runs"][number],
): boolean {
  if (server.broker.stream("messages") !== stream) return true;
  const message = stream.get(sequence);
  const consumer = server.broker.consumer("messages", driver);
  return message === undefined || consumer === undefined || !consumer.needs(message);
}

/** Whether nothing goes on that could still have an effect, although every event is settled. */
function isQuiet({ network, ledger, processes }: FaultWorld): boolean {
  return network.quiet && [...processes.values()].every(({ paused }) => !paused) &&
    ledger.runs.every(({ calls }) =>
      calls.every(({ endedAt, owner }) => endedAt !== undefined || owner.dead)
    );
}

function engineIdle(server: SimulatedServer): boolean {
  return (server.broker.stream("pipeline-engine")?.info().messages ?? 0) === 0;
}

/**
 * How long the work takes at most: every event one after another, and every attempt at it. Without a journal each process counts
 * its own attempts, from the beginning when it has started again.
 */
function workMs({ events, managers, faults }: Plan): number {
  const longest = events.map(({ behaviours }) =>
    Math.max(...behaviours.map(({ durationMs }) => durationMs))
  );
  const starts = faults.filter(({ kind }) => kind === "kill" || kind === "stop").length;
  const counts = managers.every(({ journal }) => journal) ? 1 : managers.length + starts;
  return counts * MOST_ATTEMPTS * longest.reduce((sum, ms) => sum + ms, 0);
}

function handedBackMs({ runs }: Ledger): number {
  return runs.reduce((sum, run) => sum + run.handedBackMs, 0);
}

function faultEnd(fault: Plan["faults"][number]): number {
  return fault.at + ("forMs" in fault ? fault.forMs : 0);
}

/** All is well again: every process runs, and the server answers. */
function heal({ network, server, processes }: FaultWorld): void {
  network.heal();
  server.troubles.clear();
  for (const process of processes.values()) process.start();
}
