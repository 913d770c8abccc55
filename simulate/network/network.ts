/** The network between the processes and the server. */

import type { Dial } from "../../src/transport/nats/dial/dial.ts";
import { Session } from "../server/session.ts";
import type { SimulatedServer } from "../server/server.ts";
import type { Owner } from "../world/owner.ts";
import type { World } from "../world/world.ts";
import { ClientCore } from "./client_core.ts";
import { Pipe } from "./link.ts";

/** One connection. */
interface Link {
  readonly owner: Owner;
  readonly session: Session;
  readonly toServer: Pipe;
  readonly toClient: Pipe;
  readonly core: ClientCore;
}

interface Barrier {
  readonly process: string | undefined;
  readonly untilMs: number;
  readonly dial: "refuse" | "hang";
}

/** Is told whose connections break, and when there is one again. */
export interface NetworkObserver {
  cutOff(client: string): void;
  connected(client: string): void;
}

/** The network between the processes and the server. */
export class Network {
  readonly #world: World;
  readonly #server: SimulatedServer;
  readonly #observer: NetworkObserver;
  readonly #links = new Set<Link>();
  /** All that ever led to the server. */
  readonly #waysIn: Pipe[] = [];
  #barriers: Barrier[] = [];
  #slow: { process: string | undefined; untilMs: number; latencyMs: number }[] = [];

  constructor(world: World, server: SimulatedServer, observer: NetworkObserver) {
    this.#observer = observer;
    this.#world = world;
    this.#server = server;
  }

  /** The way in which a process connects. */
  dialFor(owner: Owner, maySend: () => boolean): Dial {
    return (_server, { signal }) =>
      new Promise((resolve, reject) => {
        const attempt = () => {
          if (signal.aborted) return;
          const barrier = this.#barrierOf(owner.name);
          if (barrier?.dial === "hang") return;
          if (barrier || !this.#server.up) {
            return void this.#world.after(1, () => reject(new Error("connection refused")), owner);
          }
          this.#world.after(this.#latency(owner.name), () => {
            if (!this.#server.up || this.#barrierOf(owner.name)) {
              return reject(new Error("connection reset"));
            }
            resolve(this.#open(owner, maySend).asNatsConnection);
          }, owner);
        };
        this.#world.after(this.#latency(owner.name), attempt, owner);
      });
  }

  /** Breaks connections, and lets no new ones be made for a time. */
  cut(
    process: string | undefined,
    forMs: number,
    { loseOut, loseBack, dial }: { loseOut: boolean; loseBack: boolean; dial: "refuse" | "hang" },
  ): void {
    this.#barriers.push({ process, untilMs: this.#world.now + forMs, dial });
    for (const link of this.#linksOf(process)) this.#break(link, loseOut, loseBack);
  }

  /** The server is gone: its connections end. */
  serverGone(loseBack: boolean): void {
    for (const link of [...this.#links]) this.#break(link, true, loseBack);
  }

  /** Lets nothing pass for a time, without a word. */
  mute(process: string | undefined, forMs: number, direction: "out" | "back" | "both"): void {
    const untilMs = this.#world.now + forMs;
    for (const { toServer, toClient } of this.#linksOf(process)) {
      if (direction !== "back") toServer.stall(untilMs);
      if (direction !== "out") toClient.stall(untilMs);
    }
  }

  /** The client's end breaks, and the server goes on as if it were there for a time. */
  halfOpen(process: string | undefined, forMs: number): void {
    for (const link of this.#linksOf(process)) {
      this.#observer.cutOff(link.owner.name);
      link.toServer.break();
      link.toClient.break();
      this.#links.delete(link);
      this.#world.after(1, () => link.core.lost(), link.owner);
      this.#world.after(forMs, () => link.session.end());
    }
  }

  /** Makes everything take longer for a time. */
  slow(process: string | undefined, forMs: number, latencyMs: number): void {
    this.#slow.push({ process, untilMs: this.#world.now + forMs, latencyMs });
  }

  /** A process has died: its sockets close, and what it sent last may be lost. */
  died(owner: Owner, lose: boolean): void {
    for (const link of this.#linksOf(owner.name)) {
      link.toClient.break();
      link.toServer.takeBack();
      if (lose) link.toServer.breakAfter(this.#world.random.whole(0, link.toServer.size));
      this.#links.delete(link);
      this.#endSession(link);
    }
  }

  /** Whether nothing is on its way to the server. */
  get quiet(): boolean {
    return this.#waysIn.every(({ size }) => size === 0);
  }

  /** All is well again. */
  heal(): void {
    this.#barriers = [];
    this.#slow = [];
  }

  #open(owner: Owner, maySend: () => boolean): ClientCore {
    const latency = () => this.#latency(owner.name);
    const toServer = new Pipe(this.#world, this.#world.outside, latency);
    const toClient = new Pipe(this.#world, owner, latency);
    this.#waysIn.push(toServer);
    const session = new Session(this.#server, owner.name, toClient);
    this.#server.sessions.add(session);
    const { maxPayload } = this.#server;
    const core = new ClientCore({
      world: this.#world,
      owner,
      session,
      toServer,
      toClient,
      info: { max_payload: maxPayload, version: "2.11.0" },
      maySend,
    });
    session.deliver = (id, message) => core.receive(id, message);
    session.refuse = (subject) => core.refused(subject);
    const link = { owner, session, toServer, toClient, core };
    this.#links.add(link);
    this.#observer.connected(owner.name);
    return core;
  }

  #break(link: Link, loseOut: boolean, loseBack: boolean): void {
    this.#links.delete(link);
    this.#observer.cutOff(link.owner.name);
    if (loseOut) link.toServer.breakAfter(this.#world.random.whole(0, link.toServer.size >> 1));
    if (loseBack) link.toClient.break();
    else link.toClient.breakAfter(link.toClient.size);
    this.#world.after(this.#world.random.next() * 3, () => link.core.lost(), link.owner);
    this.#endSession(link);
  }

  /** What was on its way to the server arrives first; the server then sees the end. */
  #endSession({ session, toServer }: Link): void {
    if (toServer.size === 0) session.end();
    else this.#world.after(5, () => this.#endSession({ session, toServer } as Link));
  }

  #linksOf(process: string | undefined): Link[] {
    return [...this.#links].filter(({ owner, core }) => {
      return (process === undefined || owner.name === process) && !core.isClosed();
    });
  }

  #barrierOf(process: string): Barrier | undefined {
    const now = this.#world.now;
    return this.#barriers.find((one) => one.untilMs > now && (one.process ?? process) === process);
  }

  #latency(process: string): number {
    const { now, random } = this.#world;
    const slow = this.#slow.find((one) =>
      one.untilMs > now && (one.process ?? process) === process
    );
    return 0.05 + random.next() ** 3 * (slow?.latencyMs ?? 4);
  }
}
