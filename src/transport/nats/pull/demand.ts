/** How many messages a pull wants. @module */

/** How many messages a pull wants. */
export class Demand {
  #count = 0;
  #ahead = 0;
  /** Whether the consumer had more messages when it was last heard of. */
  #hasMore = false;

  /** Messages to wait for. */
  get count(): number {
    return this.#count;
  }

  /** Messages to take without waiting: more than those to wait for only if the consumer has more. */
  get atHand(): number {
    return this.#count + (this.#hasMore ? this.#ahead : 0);
  }

  /** Wants `count` messages, and `ahead` more if they are at hand. */
  set(count: number, ahead: number): void {
    this.#count = count;
    this.#ahead = ahead;
  }

  /** A message has arrived, and the consumer had so many more. */
  received(pending: number): void {
    this.#hasMore = pending > 0;
    if (this.#count > 0) this.#count--;
    else if (this.#ahead > 0) this.#ahead--;
  }

  /** The consumer had no more messages. */
  drained(): void {
    this.#hasMore = false;
  }
}
