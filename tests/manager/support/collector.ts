/** Collects items, and lets a test wait for them without a clock. */
export class Collector<T> {
  readonly items: T[] = [];
  #waiting: (() => void)[] = [];

  /** Adds an item, and wakes the waiting calls. */
  add(item: T): void {
    this.items.push(item);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves when `holds` is true of the collected items. */
  async until(holds: (items: readonly T[]) => boolean): Promise<readonly T[]> {
    while (!holds(this.items)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.items;
  }

  /** Resolves to the first `count` items. */
  async first(count: number): Promise<T[]> {
    await this.until((items) => items.length >= count);
    return this.items.slice(0, count);
  }

  /** Resolves to the first item that `matches`. */
  async find<S extends T>(matches: (item: T) => item is S): Promise<S>;
  async find(matches: (item: T) => boolean): Promise<T>;
  async find(matches: (item: T) => boolean): Promise<T> {
    await this.until((items) => items.some(matches));
    return this.items.find(matches) as T;
  }
}

/** A promise that the test resolves. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** Creates a gate that a reconcile waits at until the test opens it. */
export function gate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open };
}
