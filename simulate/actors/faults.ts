/** Lets a fault happen. */

import { STREAMS } from "../../src/protocol/subjects.ts";
import type { SavedBroker } from "../../src/transport/memory/broker/memory_broker.ts";
import { noteAckWait } from "../check/hand_back.ts";
import type { Fault, Plan } from "../plan/plan.ts";
import type { Engine } from "./engine.ts";
import type { ProcessWorld, SimProcess } from "./sim_process.ts";
import { ensureStreams } from "./streams.ts";
import type { SimulatedServer } from "../server/server.ts";

const JOURNAL = "KV_conveyor-driver-outcomes";

/** What faults act on. */
export interface FaultWorld extends ProcessWorld {
  readonly plan: Plan;
  readonly server: SimulatedServer;
  readonly engine: Engine;
  readonly processes: ReadonlyMap<string, SimProcess>;
}

/** Lets a fault happen at its time. Some need a look at things shortly before. */
export function scheduleFault(parts: FaultWorld, fault: Fault): void {
  const { world, server } = parts;
  let saved: SavedBroker | undefined;
  const forgetMs = fault.kind === "restart" && fault.how === "kill" ? fault.forgetMs : 0;
  const startIn = (delayMs: number, hit: Fault) => {
    if (forgetMs > 0) {
      world.after(Math.max(0, delayMs - forgetMs), () => saved = server.broker.save());
    }
    world.after(delayMs, () => {
      world.say(() => `** ${JSON.stringify(hit)}`);
      happen(parts, hit, saved);
    });
  };
  const { after, at, afterMs = 0 } = fault;
  if (after === undefined) return startIn(at, fault);
  world.after(at, () =>
    parts.ledger.moments.await(
      after,
      (process) => startIn(afterMs, "process" in fault ? { ...fault, process } : fault),
    ));
}

function happen(parts: FaultWorld, fault: Fault, saved: SavedBroker | undefined): void {
  const { world, network, server, ledger, processes, engine } = parts;
  switch (fault.kind) {
    case "cut":
      return network.cut(fault.process, fault.forMs, fault);
    case "mute":
      cutOff(parts, fault);
      return network.mute(fault.process, fault.forMs, fault.direction);
    case "half-open":
      return network.halfOpen(fault.process, fault.forMs);
    case "slow":
      cutOff(parts, fault);
      return network.slow(fault.process, fault.forMs, fault.latencyMs);
    case "restart":
      return restart(parts, fault, saved);
    case "trouble":
      server.troubles.set(fault.stream, fault.trouble);
      if (fault.stream === JOURNAL) ledger.journalLost(fault.forMs);
      if (fault.stream === STREAMS.pipelineEngine) {
        ledger.cutOff(STREAMS.pipelineEngine, world.now + fault.forMs);
        if (fault.trouble === "unconfirmed") cutOff(parts, { forMs: fault.forMs });
      }
      if (fault.stream === STREAMS.messages) ledger.cutOff(fault.stream, world.now + fault.forMs);
      return void world.after(fault.forMs, () => server.troubles.delete(fault.stream));
    case "delete-stream":
      server.broker.deleteStream(fault.stream);
      if (fault.stream === JOURNAL) ledger.journalLost(fault.forMs);
      if (fault.stream === STREAMS.pipelineEngine) ledger.forgettings.push(world.now);
      return void world.after(fault.forMs, () => {
        if (!server.up) return;
        ensureStreams(parts);
        engine.bind();
      });
    case "delete-consumer":
      ledger.deliveriesForgotten(fault.driver);
      return server.broker.deleteConsumer("messages", fault.driver);
    case "change-consumer": {
      const consumer = server.broker.consumer("messages", fault.driver);
      const { ackWaitMs } = fault;
      if (!consumer) return;
      const { ackWaitMs: beforeMs } = consumer.config;
      ledger.ackWaits.changed(fault.driver, beforeMs, ackWaitMs);
      noteAckWait(ledger, fault.driver, beforeMs, ackWaitMs);
      return consumer.reconfigure({ ...consumer.config, ackWaitMs });
    }
    case "pause":
    case "sleep":
      return processes.get(fault.process)?.pause(fault.forMs, fault.kind === "sleep");
    case "clock-jump":
      return processes.get(fault.process)?.setClock(fault.byMs);
    case "kill":
      return processes.get(fault.process)?.kill(fault.afterSends, fault.lose, fault.forMs);
    case "stop": {
      const process = processes.get(fault.process);
      return process?.stop(() => void world.after(fault.forMs, () => process.start()));
    }
  }
}

/** A process, or all, may hear nothing of the server for a time. */
function cutOff(
  { processes, ledger, world }: FaultWorld,
  { process, forMs }: { readonly process?: string; readonly forMs: number },
): void {
  for (const name of processes.keys()) {
    if (process === undefined || process === name) ledger.cutOff(name, world.now + forMs);
  }
}

function restart(
  parts: FaultWorld,
  { how, forMs }: Extract<Fault, { kind: "restart" }>,
  saved: SavedBroker | undefined,
): void {
  const { world, network, server, ledger, engine } = parts;
  if (!server.up) return;
  if (how !== "term") ledger.deliveriesForgotten();
  if (how === "empty") ledger.journalLost(forMs);
  ledger.forgettings.push(world.now);
  network.serverGone(how !== "term");
  server.down();
  world.after(forMs, () => {
    if (server.up) return;
    server.comeBack(how === "empty" ? "nothing" : how === "kill" && saved ? saved : "all");
    world.after(how === "empty" ? 500 : 1, () => {
      if (!server.up) return;
      ensureStreams(parts);
      engine.bind();
    });
  });
}
