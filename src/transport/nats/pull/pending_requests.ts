/** Messages requested and not yet received. @module */

import { delayUnlessAborted } from "../../../async/delay.ts";

/**
 * Counts the messages that pull requests may still deliver. Messages do not name their request, so only the sum is
 * known: a message reduces it by one, an expired request by what the server reports as undelivered.
 */
export class PendingRequests {
  #messages = 0;
  #expiresAt = 0;
  #settled: AbortController | undefined;

  /** The number of messages that may still arrive. */
  get messages(): number {
    return this.#messages;
  }

  /** When the last request expires, by `performance.now()`; 0 when none is pending. */
  get expiresAt(): number {
    return this.#expiresAt;
  }

  /** Adds a request for `batch` messages. */
  add(batch: number, expiresAt: number): void {
    this.#messages += batch;
    this.#expiresAt = Math.max(this.#expiresAt, expiresAt);
  }

  /** Counts a message that arrived. */
  onMessage(): void {
    this.#reduce(1);
  }

  /** Counts the end of a request, `left` messages of which were not delivered. */
  onEnd(left: number): void {
    this.#reduce(left);
  }

  /** Resolves when no request is pending, at the latest after `timeoutMs`. */
  async settled(timeoutMs: number): Promise<void> {
    if (this.#messages === 0) return;
    this.#settled = new AbortController();
    await delayUnlessAborted(timeoutMs, this.#settled.signal);
  }

  /** Removes all requests: the server has dropped them. */
  clear(): void {
    this.#reduce(this.#messages);
  }

  #reduce(count: number): void {
    this.#messages = Math.max(0, this.#messages - count);
    if (this.#messages > 0) return;
    this.#expiresAt = 0;
    this.#settled?.abort();
  }
}
