/** Messages requested and not yet received. @module */

import { delayUnlessAborted } from "../../../async/delay.ts";

/** How much later than here a request may expire at the server, in milliseconds. */
const LATENCY_MS = 2000;

interface PendingRequest {
  readonly id: number;
  readonly sentAt: number;
  readonly expiresAt: number;
  /** Messages that it may still deliver. */
  left: number;
}

/**
 * Counts the messages that pull requests may still deliver. A message does not name its request and counts for the oldest one;
 * the status that ends a request names it, and says how many messages were not delivered.
 */
export class PendingRequests {
  /** Oldest first. */
  readonly #requests: PendingRequest[] = [];
  #messages = 0;
  #expiresAt = 0;
  #lastSentAt = 0;
  #settled: AbortController | undefined;

  /** The number of messages that may still arrive. */
  get messages(): number {
    return this.#messages;
  }

  /** When the last request expires, by `performance.now()`; 0 when none is pending. */
  get expiresAt(): number {
    return this.#expiresAt;
  }

  /**
   * When the oldest pending request was sent, by `performance.now()`. The next message was sent by the server after that, however
   * long it was on its way: earlier requests have delivered all that they were for.
   */
  get oldestSentAt(): number {
    return this.#requests[0]?.sentAt ?? this.#lastSentAt;
  }

  /**
   * Whether to request more, where `wanted` messages are. Many small requests load the server and crowd out other instances:
   * while more is pending than missing, the next request waits until it covers more.
   */
  isWorthwhile(wanted: number): boolean {
    const missing = wanted - this.#messages;
    return missing > 0 && missing >= this.#messages;
  }

  /** Adds a request for `batch` messages. */
  add(id: number, batch: number, sentAt: number, expiresAt: number): void {
    this.#requests.push({ id, sentAt, expiresAt, left: batch });
    this.#messages += batch;
    this.#lastSentAt = sentAt;
    this.#expiresAt = Math.max(this.#expiresAt, expiresAt);
  }

  /** Counts a message that arrived. */
  onMessage(): void {
    this.#reduce(1);
  }

  /** Counts the end of a request, `left` messages of which were not delivered. */
  onEnd(id: number, left: number): void {
    const ended = this.#requests.find((request) => request.id === id);
    // The end of a request that expired before this one was sent would have arrived before: the server has lost it.
    for (let oldest = this.#requests[0]; isLost(oldest, ended); oldest = this.#requests[0]) {
      this.#reduce(oldest.left);
    }
    // Some of its messages may have been counted for older requests, which then have as many more to deliver.
    this.#reduce(left, ended);
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

  #reduce(count: number, first?: PendingRequest): void {
    for (let next = first ?? this.#requests[0]; next && count > 0; next = this.#requests[0]) {
      const taken = Math.min(next.left, count);
      next.left -= taken;
      count -= taken;
      this.#messages -= taken;
      if (next.left === 0) this.#requests.splice(this.#requests.indexOf(next), 1);
    }
    if (this.#messages > 0) return;
    this.#expiresAt = 0;
    this.#settled?.abort();
  }
}

function isLost(
  request: PendingRequest | undefined,
  ended: PendingRequest | undefined,
): request is PendingRequest {
  return request !== undefined && ended !== undefined &&
    request.expiresAt + LATENCY_MS < ended.sentAt;
}
