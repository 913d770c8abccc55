/** Liveness of a connection: bytes that arrive are its sign, not a response within a fixed time. @module */

import type { NatsConnection } from "@nats-io/nats-core";
import { delay } from "../../../async/delay.ts";

/** The shortest time without a byte after which a connection is dead, in milliseconds, and round trips in that time. */
const SHORTEST_MS = 2000;
const ROUND_TRIPS = 4;
/** The round trip that is assumed until one is measured, in milliseconds. */
const FIRST_ROUND_TRIP_MS = 1250;
/** What a slow link carries in a millisecond, in bytes: what was sent before takes its time. */
const SLOW_BYTES_PER_MS = 50;
/** A message of which nothing is seen before it is whole arrives at so many bytes a millisecond or more, within so much time. */
const UNSEEN_BYTES_PER_MS = 100;
const LONGEST_UNSEEN_MS = 10_000;
/** After so many connections in a row that were silent, no more time is granted to the next. */
const MOST_SILENT = 3;
/** The most time that is granted for what was sent, in milliseconds. */
const LONGEST_QUEUE_MS = 30_000;

/** Whether the server has responded to a ping before the connection was lost. What was sent before has then arrived. */
export function answersPing(core: NatsConnection): Promise<boolean> {
  return Promise.race([
    core.flush().then(() => true, () => false),
    core.closed().then(() => false),
  ]);
}

/** Judges whether one connection is alive. */
export class Liveness {
  readonly #core: NatsConnection;
  #roundTripMs = FIRST_ROUND_TRIP_MS;
  /** Bytes that were sent, and may still be on their way. */
  #unconfirmed = 0;
  /** How many connections in a row were silent when they were checked. */
  #silent: number;

  /** Measures the round trip. After connections that were dropped for their silence, the link may be slower than it seemed. */
  constructor(core: NatsConnection, before?: Liveness) {
    this.#core = core;
    this.#silent = before ? before.#silent : 0;
    void this.#ping();
  }

  /** How long a response may take, in milliseconds. */
  get responseLimitMs(): number {
    const queueMs = Math.min(LONGEST_QUEUE_MS, this.#unconfirmed / SLOW_BYTES_PER_MS);
    return Math.max(SHORTEST_MS, this.#roundTripMs * ROUND_TRIPS) + queueMs;
  }

  /** How long nothing may arrive while a response is due, in milliseconds. */
  get #silenceLimitMs(): number {
    const unseenMs = this.#seenBytes === undefined
      ? Math.min(LONGEST_UNSEEN_MS, (this.#core.info?.max_payload ?? 0) / UNSEEN_BYTES_PER_MS)
      : 0;
    return (this.responseLimitMs + unseenMs) * 2 ** Math.min(this.#silent, MOST_SILENT);
  }

  /** Bytes were sent. */
  sent(bytes: number): void {
    this.#unconfirmed += bytes;
  }

  /** All that was sent has arrived. */
  confirmed(): void {
    this.#unconfirmed = 0;
  }

  /** Pings the server, and waits for as long as bytes arrive. Returns whether it has responded, at the latest after `longestMs`. */
  async responds(longestMs: number = Infinity): Promise<boolean> {
    const endsAt = performance.now() + longestMs;
    const answered = this.#ping();
    for (let before = this.#bytesRead();;) {
      const leftMs = endsAt - performance.now();
      const limitMs = this.#silenceLimitMs;
      const waited = new AbortController();
      const silent = delay(Math.min(leftMs, limitMs), waited.signal)
        .then(() => undefined, () => undefined);
      const answer = await Promise.race([answered, silent]);
      waited.abort();
      if (answer) this.#silent = 0;
      if (answer !== undefined) return answer;
      const now = this.#bytesRead();
      if (now !== before && leftMs > limitMs) before = now;
      else {
        this.#silent++;
        return false;
      }
    }
  }

  async #ping(): Promise<boolean> {
    const sentAt = performance.now();
    const sent = this.#unconfirmed;
    const answered = await answersPing(this.#core);
    if (!answered) return false;
    // A ping behind much else measures the queue.
    if (sent < SLOW_BYTES_PER_MS * 100) this.#roundTripMs = performance.now() - sentAt;
    this.#unconfirmed = Math.max(0, this.#unconfirmed - sent);
    return true;
  }

  #bytesRead(): number {
    return this.#seenBytes ?? this.#core.stats().inBytes;
  }

  /** A TCP socket counts bytes as they arrive. A WebSocket shows nothing of a message before it is whole. */
  get #seenBytes(): number | undefined {
    const { protocol } = this.#core as unknown as {
      readonly protocol?: { readonly transport?: { readonly bytesRead?: number } };
    };
    return protocol?.transport?.bytesRead;
  }
}
