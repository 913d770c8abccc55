/** Lets a publisher go on at a steady rate. */

import type { Publisher } from "./publisher.ts";

const TICK_MS = 50;

/** Allows a publisher so many events a second, until it is disposed of. */
export class Pace implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(publisher: Publisher, eventsASecond: number) {
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      publisher.allow(Math.floor((performance.now() - startedAt) / 1000 * eventsASecond));
    }, TICK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
