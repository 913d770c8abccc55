/** Reads ahead: while runs are short, the next messages are at hand before there is a slot for them. @module */

import type { ResolvedOptions } from "../options.ts";
import type { RunPace } from "./run_pace.ts";

/** How long a message waits for a slot at most, in milliseconds. Then another instance may have one. */
const LONGEST_WAIT_MS = 50;

/** The most messages at hand, those that run included: with more slots, what they request is large enough. */
const MOST_AT_HAND = 32;
/** Where few may be unacknowledged, other instances need most of them. */
const AHEAD_PER_ACK_PENDING = 1 / 4;

/** Returns how many messages to read ahead at the most. */
export function mostAhead(
  { concurrency, maxAckPending, exclusive }: Pick<
    ResolvedOptions,
    "concurrency" | "maxAckPending" | "exclusive"
  >,
): number {
  // An event that waits for the lock of its resource has a slot, and those of strict order have to wait for each other.
  if (exclusive) return 0;
  const most = Math.min(
    MOST_AT_HAND - concurrency,
    Math.floor(maxAckPending * AHEAD_PER_ACK_PENDING),
  );
  return Math.max(0, most);
}

/** What reading ahead needs of its worker. */
export interface ReadAheadOptions<Item> {
  /** The most messages to read ahead; 0 for none. */
  readonly most: number;
  readonly pace: RunPace;
  /** Called when one has waited too long, with all that wait, oldest first: the order within a resource is kept. */
  readonly onOverdue: (items: Item[]) => void;
  /** What has arrived and has not settled yet, those that wait included. */
  readonly held: () => Iterable<Item>;
  /** Whether the broker can give a message to another instance. */
  readonly connected: () => boolean;
}

/**
 * The messages that have arrived ahead of a free slot. Each waits for 50 ms at the longest: when one has, a run has turned out
 * long, and nothing is read ahead until that has ended and runs are short again.
 */
export class ReadAhead<Item> {
  readonly #options: ReadAheadOptions<Item>;
  /** Those that wait, and since when; oldest first. */
  readonly #waiting = new Map<Item, number>();
  /** What ran or settled when a message had waited too long. */
  readonly #slow = new Set<Item>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReadAheadOptions<Item>) {
    this.#options = options;
  }

  /** How many more messages to read ahead. Asks for many at a time: each request costs as much as a message. */
  get wanted(): number {
    const { most, pace } = this.#options;
    if (most === 0 || this.#slow.size > 0) return 0;
    const wanted = Math.min(most, pace.startsSoon);
    return this.#waiting.size * 2 <= wanted ? wanted - this.#waiting.size : 0;
  }

  /** A message has arrived ahead of a free slot. */
  add(item: Item): void {
    this.#waiting.set(item, performance.now());
    this.#timer ??= setTimeout(() => this.#onTimer(), LONGEST_WAIT_MS);
  }

  /** A message waits no longer. */
  delete(item: Item): void {
    this.#waiting.delete(item);
  }

  /** A run has settled. */
  ended(item: Item): void {
    if (this.#slow.size > 0) this.#slow.delete(item);
  }

  /** Ends the timer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #onTimer(): void {
    this.#timer = undefined;
    const [oldest] = this.#waiting.values();
    if (oldest === undefined) return;
    const leftMs = oldest + LONGEST_WAIT_MS - performance.now();
    if (leftMs > 0 || !this.#options.connected()) {
      this.#timer = setTimeout(() => this.#onTimer(), leftMs > 0 ? leftMs : LONGEST_WAIT_MS);
      return;
    }
    for (const item of this.#options.held()) if (!this.#waiting.has(item)) this.#slow.add(item);
    const overdue = [...this.#waiting.keys()];
    this.#waiting.clear();
    this.#options.onOverdue(overdue);
  }
}
