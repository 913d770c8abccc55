/** The link between a memory connection and its broker, which can be disconnected and restored. @module */

import { TimeoutError } from "../../../errors.ts";
import type { Clock } from "../../clock.ts";
import { connectionClosed } from "../../shared/connection_closed.ts";

/** An operation that waits for the link to be restored. */
interface Buffered {
  readonly send: () => void;
  readonly fail: () => void;
}

/** The link between a memory connection and its broker. */
export class Link {
  readonly #clock: Clock;
  #buffer: Buffered[] = [];
  #state: "up" | "down" | "closed" = "up";

  /** Creates a link that is up. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the link is up. */
  get up(): boolean {
    return this.#state === "up";
  }

  /** Whether the link is closed for good. */
  get closed(): boolean {
    return this.#state === "closed";
  }

  /** Disconnects the link: operations are buffered. */
  disconnect(): void {
    if (this.#state === "up") this.#state = "down";
  }

  /** Restores the link and runs the buffered operations, in order. */
  restore(): void {
    if (this.#state !== "down") return;
    this.#state = "up";
    const buffered = this.#buffer;
    this.#buffer = [];
    for (const { send } of buffered) send();
  }

  /** Closes the link for good: buffered operations fail. */
  close(): void {
    this.#state = "closed";
    const buffered = this.#buffer;
    this.#buffer = [];
    for (const { fail } of buffered) fail();
  }

  /** Runs an operation without a response. On a closed link it is dropped, as it would be on a network. */
  send(run: () => void): void {
    if (this.#state === "up") run();
    else if (this.#state === "down") this.#buffer.push({ send: run, fail: () => {} });
  }

  /**
   * Runs an operation, at once or when the link is restored, and returns its response.
   *
   * @throws {ConnectionError} when the link is closed.
   * @throws {TimeoutError} when it is not restored in time, or `lease` is not held by then.
   */
  request<T>(
    action: string,
    run: () => T,
    timeoutMs: number = 5000,
    lease?: { readonly held: boolean },
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#state === "closed") return reject(connectionClosed(action));
      const respond = () => {
        try {
          resolve(run());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#state === "up") return respond();
      let waiting = true;
      const expire = () => {
        waiting = false; // What has timed out is not sent when the connection is back.
        reject(
          new TimeoutError(
            `cannot ${action}: no response from the broker within ${timeoutMs} ms; is it up?`,
            timeoutMs,
          ),
        );
      };
      const cancel = this.#clock.after(timeoutMs, expire);
      const fail = () => {
        cancel();
        reject(connectionClosed(action));
      };
      const send = () => {
        if (!waiting) return;
        cancel();
        if (lease?.held === false) expire();
        else respond();
      };
      this.#buffer.push({ send, fail });
    });
  }
}
