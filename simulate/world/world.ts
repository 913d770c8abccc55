/** Virtual time, and the one step that runs now. */

import { EventQueue, type Pending } from "./event_queue.ts";
import { Owner } from "./owner.ts";
import { Random } from "./random.ts";

/** A step that waits for its time. */
export interface Step extends Pending {
  readonly owner: Owner;
  readonly run: () => void;
  cancelled: boolean;
}

/** What the wall clock shows when a schedule begins. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

const realSetImmediate = globalThis.setImmediate;

/** A world whose time passes only from step to step. */
export class World {
  readonly random: Random;
  /** The world's own code: server, network, engine, faults. */
  readonly outside: Owner = new Owner("world");
  /** Lines that say what happened; `undefined` when they are not wanted. */
  trace: ((line: string) => void) | undefined;
  #now = 0;
  #order = 0;
  #steps = 0;
  #current: Owner | undefined;
  readonly #queue = new EventQueue<Step>();

  constructor(seed: number) {
    this.random = new Random(seed, 1);
  }

  /** Virtual milliseconds since the schedule began. */
  get now(): number {
    return this.#now;
  }

  /** How many steps were made. */
  get steps(): number {
    return this.#steps;
  }

  /** Whose step runs; `undefined` between steps. */
  get current(): Owner | undefined {
    return this.#current;
  }

  /** What an owner's monotonic clock shows. */
  monotonic(owner: Owner): number {
    return owner.monotonic(this.#now);
  }

  /** What an owner's wall clock shows. */
  wall(owner: Owner = this.outside): number {
    return EPOCH_MS + Math.floor(this.#now) + owner.wallOffsetMs;
  }

  /** Runs something as a step of its own, after a delay. */
  after(delayMs: number, run: () => void, owner: Owner = this.outside): Step {
    const step = {
      at: this.#now + Math.max(0, delayMs),
      order: this.#order++,
      owner,
      run,
      cancelled: false,
    };
    this.#queue.add(step);
    return step;
  }

  /** Resolves after a delay. */
  sleep(delayMs: number, owner: Owner = this.outside): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve, owner));
  }

  /** Says what happened. */
  say(line: () => string): void {
    this.trace?.(`${this.#now.toFixed(1).padStart(12)}  ${line()}`);
  }

  /** Makes steps until one of them made `done` true, or the time is up, or nothing is left to do. */
  async runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    while (!done()) {
      const next = this.#next(limitMs);
      if (!next) return done();
      await this.#make(next);
    }
    return true;
  }

  #next(limitMs: number): Step | undefined {
    for (;;) {
      const next = this.#queue.peek();
      if (!next || next.at > limitMs) {
        if (limitMs < Infinity) this.#now = Math.max(this.#now, limitMs);
        return undefined;
      }
      this.#queue.take();
      if (next.cancelled || next.owner.dead) continue;
      if (next.owner.pausedUntil <= this.#now || next.owner.pausedUntil <= next.at) return next;
      next.at = next.owner.pausedUntil;
      this.#queue.add(next);
    }
  }

  /** A step is over when all promises that it settled have had their reactions. */
  async #make(step: Step): Promise<void> {
    this.#now = Math.max(this.#now, step.at);
    this.#steps++;
    this.#current = step.owner;
    step.run();
    await new Promise<void>((resolve) => realSetImmediate(resolve));
    this.#current = undefined;
  }
}
