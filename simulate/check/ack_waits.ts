/** Which process must know the ack wait of a consumer that another tool has changed. */

/** A response to a lookup is on its way for so long, in milliseconds; a slow network counts as broken. */
const RESPONSE_MS = 5;

interface Change {
  readonly at: number;
  readonly beforeMs: number;
  /** When the processes have looked up the consumer first since then, by their names. */
  readonly lookedUpAt: Map<string, number>;
}

/** The last change of each driver's ack wait, and who has learnt of it. */
export class AckWaits {
  readonly #now: () => number;
  readonly #changes = new Map<string, Change>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Another tool has changed the ack wait of a driver's consumer: a process learns it when it renews a lease. */
  changed(driver: string, beforeMs: number): void {
    this.#changes.set(driver, { at: this.#now(), beforeMs, lookedUpAt: new Map() });
  }

  /** A process has looked up the consumer of a driver. */
  lookedUp(driver: string, client: string): void {
    const { lookedUpAt } = this.#changes.get(driver) ?? {};
    if (lookedUpAt && !lookedUpAt.has(client)) lookedUpAt.set(client, this.#now());
  }

  /** When a process that has had an event since a time must know the ack wait; `-Infinity` when it never changed. */
  knownAt(driver: string, client: string, deliveredAt: number): number {
    const change = this.#changes.get(driver);
    if (!change) return -Infinity;
    const lookedUpAt = change.lookedUpAt.get(client);
    if (lookedUpAt !== undefined) return lookedUpAt + RESPONSE_MS;
    return Math.max(change.at, deliveredAt) + change.beforeMs;
  }

  /** Whether a process may have held a lease by the ack wait of before when it sent something. */
  mayBeUnknown(driver: string, client: string, deliveredAt: number, sentAt: number): boolean {
    const change = this.#changes.get(driver);
    if (!change) return false;
    const lookedUpAt = change.lookedUpAt.get(client) ?? Infinity;
    return sentAt <= lookedUpAt + RESPONSE_MS &&
      sentAt < Math.max(change.at, deliveredAt) + change.beforeMs;
  }
}
