/** Decides what runs now and what waits: a number of slots, and a queue for each resource. @module */

import { delayUnlessAborted } from "../../async/delay.ts";

/** So many items may settle without taking a slot, even where there are fewer slots. */
export const FREE_SETTLING = 16;

/** So many items may wait at most while there are idle slots. */
const MOST_WAITING = 100;

/**
 * A queue with a number of slots that runs items of one resource in order, and never two of them at once.
 *
 * An item takes a slot while it runs, and holds its resource key until it {@linkcode KeyedQueue.leave | leaves}. One whose key
 * is held waits without a slot, and so does one that comes while no slot is free. An item that has run but is still settling takes a slot only when many do so: that lets the next
 * message travel while results are being confirmed, and still bounds what is unsettled.
 */
export class KeyedQueue<Item extends { readonly resourceKey: string }> {
  readonly #slots: number;
  readonly #start: (item: Item) => void;
  /** For each key that is held: the items that wait for it. */
  readonly #queues = new Map<string, Item[] | undefined>();
  /** Items that hold their key and wait for a slot. */
  readonly #ready: Item[] = [];
  /** Items in `#ready` that have given up their slot before, and how each goes on. */
  readonly #resuming = new Map<Item, () => void>();
  /** Keys held by work that goes on after its item has settled. */
  readonly #abandoned = new Set<string>();
  #running = 0;
  #settling = 0;
  #waiting = 0;
  #paused = 0;
  /** Items that run, or wait to run, while nothing else does; and their ranks. */
  readonly #alone = new Map<Item, number>();
  #onIdle: (() => void) | undefined;

  constructor(slots: number, start: (item: Item) => void) {
    this.#slots = slots;
    this.#start = start;
  }

  /** Items that run. */
  get running(): number {
    return this.#running;
  }
  /** Items that have run and still settle. */
  get settling(): number {
    return this.#settling;
  }
  /** Items that wait for their resource key, for a slot, or for something outside. */
  get waiting(): number {
    return this.#waiting + this.#paused + this.#ready.length;
  }
  /** Of these, items that wait for something outside. */
  get paused(): number {
    return this.#paused;
  }
  /** Keys held by abandoned work. */
  get abandoned(): number {
    return this.#abandoned.size;
  }
  /** Whether there is nothing in it. */
  get idle(): boolean {
    return this.#running + this.#settling + this.waiting === 0;
  }
  /**
   * How many more items it can take. Once as many wait as there are slots, an instance leaves to others what it cannot run yet;
   * but as long as slots are idle it takes one at a time, because behind the items of a busy key there may be those of another.
   */
  get free(): number {
    const idle = Math.max(0, this.#idleSlots - this.#ready.length);
    const waiting = this.#waiting + this.#paused;
    if (waiting < this.#slots) return idle;
    return waiting < MOST_WAITING ? Math.min(1, idle) : 0;
  }

  /** Resolves when there is nothing in it, at the latest after `limitMs`. */
  async untilIdle(limitMs: number): Promise<void> {
    if (this.idle) return;
    const idle = new AbortController();
    this.#onIdle = () => idle.abort();
    await delayUnlessAborted(limitMs, idle.signal);
  }

  /** Starts an item, or lets it wait. Returns whether it came ahead of a free slot. */
  enter(item: Item): boolean {
    const { resourceKey } = item;
    const ahead = this.#idleSlots <= this.#ready.length;
    if (!this.#queues.has(resourceKey)) {
      this.#queues.set(resourceKey, undefined);
      this.#runOrWait(item);
      return ahead;
    }
    const waiting = this.#queues.get(resourceKey);
    if (waiting) waiting.push(item);
    else this.#queues.set(resourceKey, [item]);
    this.#waiting++;
    return ahead;
  }

  /** A running item waits for something outside: it gives up its slot, and keeps its key. */
  pause(item: Item): void {
    this.#running--;
    this.#paused++;
    this.#alone.delete(item);
    this.startReady();
  }

  /** Resolves when a paused item has a slot again, or at once when the signal fires. */
  resume(item: Item, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const atOnce = () => {
        this.#ready.splice(this.#ready.indexOf(item), 1);
        this.#run(item);
      };
      this.#paused--;
      this.#ready.push(item);
      this.#resuming.set(item, () => {
        signal.removeEventListener("abort", atOnce);
        resolve();
      });
      if (signal.aborted) return atOnce();
      signal.addEventListener("abort", atOnce);
      this.startReady();
    });
  }

  /**
   * A running item gives up its slot. Resolves when nothing else runs, and nothing starts before it has run; or at once when the
   * signal fires. Of several, the one with the lowest rank comes first.
   */
  runAlone(item: Item, signal: AbortSignal, rank: number): Promise<void> {
    this.#running--;
    this.#paused++;
    this.#alone.set(item, rank);
    return this.resume(item, signal);
  }

  /** A running item has run, and begins to settle. Its slot is taken again by {@linkcode KeyedQueue.startReady}. */
  ran(item?: Item): void {
    if (item) this.#alone.delete(item);
    this.#running--;
    this.#settling++;
  }

  /** Starts the items that have waited for a slot, as far as slots are idle. */
  startReady(): void {
    if (this.#alone.size > 0 && this.#running === 0) {
      const [next] = this.#ready.filter((item) => this.#alone.has(item))
        .sort((one, other) => this.#alone.get(one)! - this.#alone.get(other)!);
      if (next) return this.#run(this.#ready.splice(this.#ready.indexOf(next), 1)[0]!);
    }
    while (this.#ready.length > 0 && this.#idleSlots > 0) this.#run(this.#ready.shift()!);
  }

  /** An item has settled. Frees its key. */
  leave({ resourceKey }: Item): void {
    this.#settling--;
    this.#freeKey(resourceKey);
    this.startReady();
    if (this.idle) this.#onIdle?.();
  }

  /**
   * An item has settled, but its work goes on and cannot be ended: its key stays held until {@linkcode KeyedQueue.freeAbandoned}.
   * Returns the items that waited for it.
   */
  abandon({ resourceKey }: Item): Item[] {
    this.#settling--;
    this.#abandoned.add(resourceKey);
    const waiting = this.#removeKey(resourceKey);
    this.startReady();
    if (this.idle) this.#onIdle?.();
    return waiting;
  }

  /** Whether a key is held by abandoned work. */
  isAbandoned(resourceKey: string): boolean {
    return this.#abandoned.has(resourceKey);
  }

  /** The abandoned work of a key has ended. Frees the key. */
  freeAbandoned(resourceKey: string): void {
    this.#abandoned.delete(resourceKey);
    this.#freeKey(resourceKey);
  }

  /** Removes an item that waits. Returns whether it was waiting. */
  remove(item: Item): boolean {
    const at = this.#resuming.has(item) ? -1 : this.#ready.indexOf(item);
    if (at >= 0) {
      this.#ready.splice(at, 1);
      this.#freeKey(item.resourceKey);
      return true;
    }
    const waiting = this.#queues.get(item.resourceKey);
    const index = waiting?.indexOf(item) ?? -1;
    if (index < 0) return false;
    waiting?.splice(index, 1);
    this.#waiting--;
    return true;
  }

  /** Removes and returns all items that wait, those of one key in order. */
  removeAll(): Item[] {
    const ready = this.#ready.filter((item) => !this.#resuming.has(item));
    this.#ready.splice(0, Infinity, ...this.#ready.filter((item) => this.#resuming.has(item)));
    const waiting = [...this.#queues.keys()].flatMap((resourceKey) => this.#removeKey(resourceKey));
    for (const { resourceKey } of ready) this.#queues.delete(resourceKey);
    return [...ready, ...waiting];
  }

  #removeKey(resourceKey: string): Item[] {
    const removed = this.#queues.get(resourceKey)?.splice(0) ?? [];
    this.#waiting -= removed.length;
    return removed;
  }

  /** The next item that waits for the key starts, or waits for a slot. */
  #freeKey(resourceKey: string): void {
    const next = this.#queues.get(resourceKey)?.shift();
    if (next === undefined) {
      this.#queues.delete(resourceKey);
      return;
    }
    this.#waiting--;
    this.#runOrWait(next);
  }

  /** Slots that neither a running item takes nor one of many that settle. */
  get #idleSlots(): number {
    if (this.#alone.size > 0) return 0;
    const settling = Math.max(0, this.#settling - Math.max(this.#slots, FREE_SETTLING));
    return this.#slots - this.#running - settling;
  }

  #runOrWait(item: Item): void {
    if (this.#idleSlots > this.#ready.length) this.#run(item);
    else this.#ready.push(item);
  }

  #run(item: Item): void {
    this.#running++;
    const resume = this.#resuming.get(item);
    this.#resuming.delete(item);
    if (resume) resume();
    else this.#start(item);
  }
}
