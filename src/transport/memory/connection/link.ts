/** The line between a memory connection and its broker: it can be cut and mended, as a real one. @module */

import { ConnectionError, TimeoutError } from "../../../errors.ts";
import type { Clock } from "../../clock.ts";

/** Something that waits for the line to be mended, and what happens if it is closed instead. */
interface Held {
  readonly pass: () => void;
  readonly lose: () => void;
}

/** The line between a memory connection and its broker. */
export class Link {
  readonly #clock: Clock;
  #held: Held[] = [];
  #state: "up" | "down" | "closed" = "up";

  /** Makes a line that is up. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether something can pass right now. */
  get up(): boolean {
    return this.#state === "up";
  }

  /** Whether nothing can pass ever again. */
  get closed(): boolean {
    return this.#state === "closed";
  }

  /** Cuts the line: what is sent is held back. */
  cut(): void {
    if (this.#state === "up") this.#state = "down";
  }

  /** Mends the line: what was held back passes, in order. */
  mend(): void {
    if (this.#state !== "down") return;
    this.#state = "up";
    const held = this.#held;
    this.#held = [];
    for (const { pass } of held) pass();
  }

  /** Closes the line for good: what was held back is lost. */
  close(): void {
    this.#state = "closed";
    const held = this.#held;
    this.#held = [];
    for (const { lose } of held) lose();
  }

  /** Passes something over without waiting for an answer. On a closed line it is lost, as it would be on the way. */
  send(run: () => void): void {
    if (this.#state === "up") run();
    else if (this.#state === "down") this.#held.push({ pass: run, lose: () => {} });
  }

  /**
   * Passes something over at once, and waits for the answer.
   *
   * @throws {ConnectionError} when the line is closed.
   * @throws {TimeoutError} when there is no answer in time.
   */
  request<T>(action: string, run: () => T, timeoutMs: number = 5000): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#state === "closed") return reject(closedError(action));
      const answer = () => {
        try {
          resolve(run());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#state === "up") return answer();
      const cancel = this.#clock.after(timeoutMs, () =>
        reject(
          new TimeoutError(
            `cannot ${action}: no answer from the broker within ${timeoutMs} ms; is it up?`,
            timeoutMs,
          ),
        ));
      const lose = () => {
        cancel();
        reject(closedError(action));
      };
      const pass = () => {
        cancel();
        answer();
      };
      this.#held.push({ pass, lose });
    });
  }
}

/** The error of something asked of a connection that is closed. */
export function closedError(action: string): ConnectionError {
  return new ConnectionError(`cannot ${action}: the connection is closed; connect again`);
}
