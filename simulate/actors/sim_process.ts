/** A process with a manager in it: starts, pauses, stops, dies, and starts again. */

import { createDriverManager, type DriverManager } from "../../mod.ts";
import type { LogSink } from "../../src/logger/mod.ts";
import { natsTransport } from "../../src/transport/nats/nats_transport.ts";
import type { Ledger } from "../check/ledger.ts";
import type { Network } from "../network/network.ts";
import type { ManagerPlan } from "../plan/plan.ts";
import { Owner } from "../world/owner.ts";
import type { World } from "../world/world.ts";
import type { ApiServer } from "./api_server.ts";
import { makeDriver } from "./reconcile.ts";

/** What a process lives in. */
export interface ProcessWorld {
  readonly world: World;
  readonly network: Network;
  readonly ledger: Ledger;
  readonly protocol: "v1" | "v2";
  /** Asked whether runs are still wanted. */
  readonly api: ApiServer | undefined;
}

/** Time that a stop may take beyond its graces, in milliseconds: requests of 5 s each, one after another. */
const STOP_SLACK_MS = 60_000;
/** A sink that hangs may take so much of it: 45 s for the log of a run, and 10 s at the end. */
const HANGING_SINK_MS = 55_000;

/** A process with a manager in it. */
export class SimProcess {
  readonly plan: ManagerPlan;
  readonly #parts: ProcessWorld;
  #owner: Owner | undefined;
  #manager: DriverManager | undefined;
  #killAfterSends = Infinity;
  #loseAtKill = false;
  #restartMs = 0;
  #stopping: { readonly since: number } | undefined;
  /** Time in which a stop could not go on, because the process was paused. */
  heldUpMs = 0;

  constructor(parts: ProcessWorld, plan: ManagerPlan) {
    this.#parts = parts;
    this.plan = plan;
  }

  /** Whether it runs. */
  get alive(): boolean {
    return this.#owner !== undefined;
  }

  /** Whose steps are its own. */
  get owner(): Owner | undefined {
    return this.#owner;
  }

  /** Whether it runs and does not stop. */
  get working(): boolean {
    return this.alive && this.#stopping === undefined;
  }

  /** Whether none of its steps run right now. */
  get paused(): boolean {
    return (this.#owner?.pausedUntil ?? 0) > this.#parts.world.now;
  }

  /** Starts it, unless it runs. */
  start(): void {
    if (this.#owner) return;
    const { world, network, ledger, api } = this.#parts;
    const owner = new Owner(this.plan.name);
    this.#owner = owner;
    ledger.started(owner);
    this.#stopping = undefined;
    this.heldUpMs = 0;
    world.say(() => `${owner.name} starts`);
    world.after(0, () => {
      const dial = network.dialFor(owner, () => this.#maySend(owner));
      const { plan } = this;
      const manager = createDriverManager({
        drivers: plan.drivers.map((driver) => makeDriver(world, ledger, owner, plan, driver)),
        transport: natsTransport(dial, { followCluster: false }),
        servers: "nats://server:4222",
        credentials: false,
        concurrency: plan.concurrency,
        ackWaitMs: plan.ackWaitMs,
        maxAckPending: plan.maxAckPending,
        journal: plan.journal,
        exclusive: plan.exclusive,
        shutdownGraceMs: plan.shutdownGraceMs,
        abortGraceMs: plan.abortGraceMs,
        handleSignals: false,
        console: false,
        ...(plan.sink !== "default" && { sinks: [makeSink(plan.sink)] }),
        onEvent: (event) => {
          if (event.type === "state") {
            world.say(() => `${owner.name} is ${event.state}: ${event.reason}`);
          }
          if (event.type === "run-started") ledger.runStarted(event.run, owner.name);
          if (event.type === "warning") {
            world.say(() => `${owner.name} warns: ${event.code}: ${event.message.slice(0, 100)}`);
          }
        },
        ...(api && { client: api.clientOf(owner), staleness: "check" }),
        ...makeHooks(plan.hooks),
      });
      this.#manager = manager;
      manager.run().catch((error) => {
        if (owner.dead) return;
        ledger.violate("manager-failed", `${owner.name}: ${error?.message ?? error}`);
        this.#owner = undefined;
      });
    }, owner);
  }

  /** Lets none of its steps run for a time. */
  pause(forMs: number, clockStands: boolean): void {
    const owner = this.#owner;
    if (!owner) return;
    const { world, ledger } = this.#parts;
    this.heldUpMs += forMs;
    ledger.cutOff(this.plan.name, world.now + forMs);
    if (!clockStands) return owner.pause(world.now, forMs);
    owner.sleep(world.now, forMs);
  }

  /** Its wall clock is set. */
  setClock(byMs: number): void {
    this.#owner?.setClock(byMs);
  }

  /** It dies: now, or when it has sent so many more messages. Then it starts again. */
  kill(afterSends: number, lose: boolean, restartMs: number): void {
    if (!this.#owner) return;
    this.#loseAtKill = lose;
    this.#restartMs = restartMs;
    if (afterSends === 0) return this.#die(this.#owner);
    this.#killAfterSends = afterSends;
  }

  /** Stops it in an orderly way, and calls back when it has ended. */
  stop(onEnded: () => void): void {
    const owner = this.#owner;
    if (!owner || this.#stopping) return;
    const { world } = this.#parts;
    const stopping = { since: world.now };
    this.#stopping = stopping;
    owner.stoppingSince = world.now;
    this.heldUpMs = Math.max(0, owner.pausedUntil - world.now);
    world.say(() => `${owner.name} is told to stop`);
    world.after(0, () => {
      const manager = this.#manager;
      if (!manager) return;
      void manager.stop("the plan says so").then(() => {
        if (owner.dead) return;
        this.#ended(owner);
        onEnded();
      });
    }, owner);
    this.#watchStop(owner, stopping);
  }

  #watchStop(owner: Owner, stopping: object): void {
    const { world, ledger } = this.#parts;
    const { shutdownGraceMs, abortGraceMs, sink } = this.plan;
    const allowedMs = shutdownGraceMs + abortGraceMs + STOP_SLACK_MS +
      (sink === "hangs" ? HANGING_SINK_MS : 0);
    const look = (waitedMs: number) =>
      world.after(allowedMs + this.heldUpMs - waitedMs, () => {
        if (this.#stopping !== stopping || owner.dead || !this.alive) return;
        if (
          allowedMs + this.heldUpMs > world.now - (stopping as { since: number }).since + 1
        ) return look(world.now - (stopping as { since: number }).since);
        ledger.violate(
          "stop-late",
          `${owner.name} has not stopped after ${allowedMs} ms (sink ${sink}, hooks ${this.plan.hooks})`,
        );
        this.#die(owner, true);
      });
    look(0);
  }

  #ended(owner: Owner): void {
    const { world, ledger } = this.#parts;
    world.say(() => `${owner.name} has stopped`);
    ledger.released(owner.name);
    this.#owner = undefined;
    world.after(0, () => { // What reacts to the end itself is over then.
      if (owner.timers.size > 0) {
        ledger.violate("timers-left", `${owner.name} has left ${owner.timers.size} timers`);
      }
      owner.dead = true;
    });
  }

  #maySend(owner: Owner): boolean {
    if (this.#killAfterSends-- > 1) return true;
    this.#killAfterSends = Infinity;
    this.#die(owner);
    return false;
  }

  #die(owner: Owner, forGood = false): void {
    const { world, network, ledger } = this.#parts;
    world.say(() => `${owner.name} dies`);
    owner.dead = true;
    owner.timers.clear();
    network.died(owner, this.#loseAtKill);
    ledger.died(owner);
    this.#owner = undefined;
    this.#killAfterSends = Infinity;
    if (!forGood) world.after(this.#restartMs, () => this.start());
  }
}

function makeSink(does: Exclude<ManagerPlan["sink"], "default">): LogSink {
  const sink: LogSink = () => {
    if (does === "throws") throw new Error("the sink threw");
  };
  if (does === "hangs") sink.flush = () => new Promise(() => {});
  if (does === "fails-at-end") {
    sink.flush = () => Promise.reject(new Error("the sink cannot flush"));
  }
  return sink;
}

function makeHooks(does: ManagerPlan["hooks"]) {
  if (does === "none") return {};
  const hook = () => {
    if (does === "throw") throw new Error("the hook threw");
    return does === "hang" ? new Promise<void>(() => {}) : Promise.resolve();
  };
  return { onPoison: hook, onDeadLetter: hook };
}
