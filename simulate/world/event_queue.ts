/** What is still to happen, in the order of its time. */

/** Something that happens at a time. */
export interface Pending {
  /** Virtual milliseconds. */
  at: number;
  /** Decides between events of one time: first come, first served. */
  order: number;
}

/** A heap of pending events. */
export class EventQueue<T extends Pending> {
  readonly #heap: T[] = [];

  /** How many wait. */
  get size(): number {
    return this.#heap.length;
  }

  /** The next one, left where it is. */
  peek(): T | undefined {
    return this.#heap[0];
  }

  /** Adds one. */
  add(event: T): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, event)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  /** Takes the next one. */
  take(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Pending, other: Pending): boolean {
  return one.at < other.at || one.at === other.at && one.order < other.order;
}
