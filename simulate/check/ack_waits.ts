/** Which process must know the ack wait of a consumer that another tool has changed. */

/** A response to a lookup is on its way for so long, in milliseconds; a slow network counts as broken. */
const RESPONSE_MS = 5;

interface Change {
  readonly at: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** When the processes have looked up the consumer first since then, by their names. */
  readonly lookedUpAt: Map<string, number>;
  /** When a process has set it back. */
  undoneAt: number;
}

/** The last change of each driver's ack wait, and who has learnt of it. */
export class AckWaits {
  readonly #now: () => number;
  readonly #changes = new Map<string, Change>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Another tool has changed the ack wait of a driver's consumer: a process learns it when it renews a lease. */
  changed(driver: string, beforeMs: number, afterMs: number): void {
    this.#changes.set(driver, {
      at: this.#now(),
      beforeMs,
      afterMs,
      lookedUpAt: new Map(),
      undoneAt: Infinity,
    });
  }

  /** A process has set the ack wait of a driver's consumer. */
  set(driver: string): void {
    const change = this.#changes.get(driver);
    if (change) change.undoneAt = Math.min(change.undoneAt, this.#now());
  }

  /** A process has looked up the consumer of a driver. It learns nothing of a change that a process has undone meanwhile. */
  lookedUp(driver: string, client: string, ackWaitMs: number | undefined): void {
    const { lookedUpAt, afterMs } = this.#changes.get(driver) ?? {};
    if (afterMs !== ackWaitMs || lookedUpAt?.has(client)) return;
    lookedUpAt?.set(client, this.#now());
  }

  /**
   * When a process that has had an event since a time must know the ack wait; `-Infinity` when it never changed, `Infinity` when
   * that was undone before the process could see it.
   */
  knownAt(driver: string, client: string, deliveredAt: number): number {
    const change = this.#changes.get(driver);
    if (!change) return -Infinity;
    const lookedUpAt = change.lookedUpAt.get(client);
    if (lookedUpAt !== undefined) return lookedUpAt + RESPONSE_MS;
    if (deliveredAt > change.undoneAt) return -Infinity;
    const renewedAt = Math.max(change.at, deliveredAt) + change.beforeMs;
    return change.undoneAt < renewedAt ? Infinity : renewedAt;
  }

  /** Whether a process may have held a lease by the ack wait of before when it sent something. */
  mayBeUnknown(driver: string, client: string, deliveredAt: number, sentAt: number): boolean {
    const change = this.#changes.get(driver);
    if (!change) return false;
    const lookedUpAt = change.lookedUpAt.get(client) ?? Infinity;
    return sentAt <= lookedUpAt + RESPONSE_MS && sentAt < this.knownAt(driver, client, deliveredAt);
  }
}
