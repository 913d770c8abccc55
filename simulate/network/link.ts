/** The two directions of one connection between a process and the server. */

import type { Owner } from "../world/owner.ts";
import type { World } from "../world/world.ts";

interface Packet {
  readonly at: number;
  /** The step in which it was sent: what one step sends leaves in one write. */
  readonly step: number;
  readonly run: () => void;
}

/** One direction: what goes in first comes out first, some time later, or not at all. */
export class Pipe {
  readonly #world: World;
  readonly #receiver: Owner;
  readonly #latency: () => number;
  #packets: Packet[] = [];
  #pumping = false;
  #lastAt = 0;
  #stalledUntil = 0;
  #broken = false;

  constructor(world: World, receiver: Owner, latency: () => number) {
    this.#world = world;
    this.#receiver = receiver;
    this.#latency = latency;
  }

  /** Whether nothing passes right now. */
  get silent(): boolean {
    return this.#broken || this.#stalledUntil > this.#world.now;
  }

  /** Sends something that runs at the other end. */
  send(run: () => void): void {
    if (this.#broken) return;
    this.#lastAt = Math.max(this.#lastAt, this.#world.now + this.#latency());
    this.#packets.push({ at: this.#lastAt, step: this.#world.steps, run });
    this.#pump();
  }

  /** Lets nothing pass until a time; then all of it passes. */
  stall(untilMs: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, untilMs);
  }

  /** Loses what is on its way, and all that is sent from now on. */
  break(): void {
    this.#broken = true;
    this.#packets = [];
  }

  /** Loses the newest part of what is on its way, and all that is sent from now on. */
  breakAfter(kept: number): void {
    const packets = this.#packets.slice(0, kept);
    this.break();
    this.#packets = packets;
    if (packets.length > 0) this.#pump();
  }

  /** Takes back what this step has sent: its process died before the write. */
  takeBack(): void {
    this.#packets = this.#packets.filter(({ step }) => step !== this.#world.steps);
  }

  /** How much is on its way. */
  get size(): number {
    return this.#packets.length;
  }

  #pump(): void {
    const head = this.#packets[0];
    if (this.#pumping || !head) return;
    this.#pumping = true;
    const at = Math.max(head.at, this.#stalledUntil);
    this.#world.after(at - this.#world.now, () => {
      this.#pumping = false;
      if (this.#stalledUntil <= this.#world.now) this.#packets.shift()?.run();
      this.#pump();
    }, this.#receiver);
  }
}
