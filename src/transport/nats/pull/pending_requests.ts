/** What was asked of a consumer and has not come yet. @module */

import { delayUnlessAborted } from "../../../async/delay.ts";

/**
 * Keeps account of requests for messages. Messages do not say which request they answer, so only the sum is certain:
 * a message takes one off, a request that lapses takes off what the server says it still owed.
 */
export class PullRequests {
  #owed = 0;
  #lapseAt = 0;
  #settled: AbortController | undefined;

  /** How many messages may still come. */
  get owed(): number {
    return this.#owed;
  }

  /** When the last of them lapses, by `performance.now()`; 0 when nothing is owed. */
  get lapseAt(): number {
    return this.#lapseAt;
  }

  /** Notes a request for `batch` messages. */
  made(batch: number, lapseAt: number): void {
    this.#owed += batch;
    this.#lapseAt = Math.max(this.#lapseAt, lapseAt);
  }

  /** Notes a message. */
  arrived(): void {
    this.#take(1);
  }

  /** Notes the end of a request, `left` messages of which have not come. */
  ended(left: number): void {
    this.#take(left);
  }

  /** Resolves when nothing is owed any more, at the latest after a time. */
  async settled(timeoutMs: number): Promise<void> {
    if (this.#owed === 0) return;
    this.#settled = new AbortController();
    await delayUnlessAborted(timeoutMs, this.#settled.signal);
  }

  /** Forgets all: the server does not know them any more. */
  clear(): void {
    this.#take(this.#owed);
  }

  #take(count: number): void {
    this.#owed = Math.max(0, this.#owed - count);
    if (this.#owed > 0) return;
    this.#lapseAt = 0;
    this.#settled?.abort();
  }
}
