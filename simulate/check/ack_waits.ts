/** Which process must know the ack wait of a consumer that another tool has changed. */

/** A response to a lookup is on its way for so long, in milliseconds; a slow network counts as broken. */
const RESPONSE_MS = 5;

interface Change {
  readonly at: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** When the processes have looked up the consumer first since then, by their names. */
  readonly lookedUpAt: Map<string, number>;
  /** When it was set to another one. */
  undoneAt: number;
}

/** The ack waits of each driver that another tool has lowered, and who has learnt of it. */
export class AckWaits {
  readonly #now: () => number;
  readonly #lowered = new Map<string, Change[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Another tool has changed the ack wait of a driver's consumer: a process learns it when it renews a lease. */
  changed(driver: string, beforeMs: number, afterMs: number): void {
    if (afterMs === beforeMs) return;
    this.set(driver);
    if (afterMs > beforeMs) return;
    const at = this.#now();
    const change = { at, beforeMs, afterMs, lookedUpAt: new Map(), undoneAt: Infinity };
    this.#lowered.set(driver, [...this.#of(driver), change]);
  }

  /** A process has set the ack wait of a driver's consumer. */
  set(driver: string): void {
    for (const change of this.#of(driver)) {
      change.undoneAt = Math.min(change.undoneAt, this.#now());
    }
  }

  /** A process has looked up the consumer of a driver. It learns nothing of a change that was undone meanwhile. */
  lookedUp(driver: string, client: string): void {
    for (const { lookedUpAt, undoneAt } of this.#of(driver)) {
      if (undoneAt > this.#now() && !lookedUpAt.has(client)) lookedUpAt.set(client, this.#now());
    }
  }

  /**
   * When a process that has had an event since a time must know the ack wait; `-Infinity` when it was never lowered, `Infinity`
   * when that was undone before the process could see it.
   */
  knownAt(driver: string, client: string, deliveredAt: number): number {
    return Math.max(
      -Infinity,
      ...this.#of(driver).map((change) => knownAt(change, client, deliveredAt)),
    );
  }

  /** The longest that it was before it was lowered, in milliseconds: a process that does not know yet looks at its leases by that. */
  longestBefore(driver: string): number {
    return Math.max(0, ...this.#of(driver).map(({ beforeMs }) => beforeMs));
  }

  /** Whether a process may have held a lease by the ack wait of before when it sent something. */
  mayBeUnknown(driver: string, client: string, deliveredAt: number, sentAt: number): boolean {
    return sentAt < this.knownAt(driver, client, deliveredAt);
  }

  #of(driver: string): readonly Change[] {
    return this.#lowered.get(driver) ?? [];
  }
}

function knownAt(change: Change, client: string, deliveredAt: number): number {
  const lookedUpAt = change.lookedUpAt.get(client);
  const renewedAt = Math.max(change.at, deliveredAt) + change.beforeMs;
  if (lookedUpAt !== undefined) return Math.min(lookedUpAt + RESPONSE_MS, renewedAt);
  if (deliveredAt > change.undoneAt) return -Infinity;
  return change.undoneAt < renewedAt ? Infinity : renewedAt;
}
