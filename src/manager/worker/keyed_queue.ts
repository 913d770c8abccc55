/** Decides what runs now and what waits: a number of slots, and a queue for each resource. @module */

/** So many items may settle without taking a slot, even where there are fewer slots. */
const FREE_SETTLING = 4;

/**
 * A queue with a number of slots that runs items of one resource in order, and never two of them at once.
 *
 * An item takes a slot while it runs, and holds its resource key until it {@linkcode KeyedQueue.leave | leaves}. One whose key
 * is held waits without a slot. An item that has run but is still settling takes a slot only when many do so: that lets the next
 * message travel while results are being confirmed, and still bounds what is unsettled.
 */
export class KeyedQueue<Item extends { readonly resourceKey: string }> {
  readonly #slots: number;
  readonly #start: (item: Item) => void;
  /** For each key that is held: the items that wait for it. */
  readonly #queues = new Map<string, Item[] | undefined>();
  #running = 0;
  #settling = 0;
  #waiting = 0;

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
  /** Items that wait for their resource key. */
  get waiting(): number {
    return this.#waiting;
  }
  /** Whether there is nothing in it. */
  get idle(): boolean {
    return this.#running + this.#settling + this.#waiting === 0;
  }
  /**
   * How many more items are welcome. None while as many wait as there are slots: an instance does not hoard what others
   * could run.
   */
  get free(): number {
    if (this.#waiting >= this.#slots) return 0;
    const settling = Math.max(0, this.#settling - Math.max(this.#slots, FREE_SETTLING));
    return Math.max(0, this.#slots - this.#running - settling);
  }

  /** Starts an item, or lets it wait for its key. Returns whether it was started. */
  enter(item: Item): boolean {
    if (!this.#queues.has(item.resourceKey)) {
      this.#queues.set(item.resourceKey, undefined);
      this.#run(item);
      return true;
    }
    const waiting = this.#queues.get(item.resourceKey);
    if (waiting) waiting.push(item);
    else this.#queues.set(item.resourceKey, [item]);
    this.#waiting++;
    return false;
  }

  /** A running item has run, and begins to settle. */
  ran(): void {
    this.#running--;
    this.#settling++;
  }

  /** An item has settled. Frees its key, unless work that cannot be ended still uses the resource. */
  leave(item: Item, keepKey = false): void {
    this.#settling--;
    if (!keepKey) this.freeKey(item.resourceKey);
  }

  /** Frees a key: the next item that waits for it starts. */
  freeKey(resourceKey: string): void {
    const next = this.#queues.get(resourceKey)?.shift();
    if (next === undefined) {
      this.#queues.delete(resourceKey);
      return;
    }
    this.#waiting--;
    this.#run(next);
  }

  /** Takes an item that waits out again. Gives whether it was waiting. */
  remove(item: Item): boolean {
    const waiting = this.#queues.get(item.resourceKey);
    const index = waiting?.indexOf(item) ?? -1;
    if (index < 0) return false;
    waiting?.splice(index, 1);
    this.#waiting--;
    return true;
  }

  /** Takes out all that wait for one key. */
  removeKey(resourceKey: string): Item[] {
    const removed = this.#queues.get(resourceKey)?.splice(0) ?? [];
    this.#waiting -= removed.length;
    return removed;
  }

  /** Takes out all that wait. */
  removeAll(): Item[] {
    return [...this.#queues.keys()].flatMap((resourceKey) => this.removeKey(resourceKey));
  }

  #run(item: Item): void {
    this.#running++;
    this.#start(item);
  }
}
