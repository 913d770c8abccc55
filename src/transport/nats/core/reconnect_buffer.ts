/** Messages published while the connection is down. @module */

import { ConnectionError } from "../../../errors.ts";
import { PayloadTooLargeError } from "../../errors.ts";

/** The size limit, in bytes: an outage must not exhaust the memory. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Messages published while the connection is down, in order, up to a size limit. */
export class ReconnectBuffer {
  #messages: { subject: string; data: Uint8Array }[] = [];
  #bytes = 0;
  #dropped = 0;

  /** Adds a message; one beyond the limit is dropped and counted. */
  add(subject: string, data: Uint8Array): void {
    const size = subject.length + data.length;
    if (this.#bytes + size > MAX_BYTES) {
      this.#dropped++;
      return;
    }
    this.#bytes += size;
    this.#messages.push({ subject, data: data.slice() });
  }

  /** Passes the messages to `send`, and reports those that are larger than `limit` and that the buffer had no room for. */
  flush(
    limit: number,
    send: (subject: string, data: Uint8Array) => void,
    report: (error: Error) => void,
  ): void {
    const messages = this.#messages;
    const dropped = this.#dropped;
    this.#messages = [];
    this.#bytes = 0;
    this.#dropped = 0;
    for (const { subject, data } of messages) {
      if (data.length <= limit) send(subject, data);
      else report(new PayloadTooLargeError(subject, data.length, limit));
    }
    if (dropped === 0) return;
    report(
      new ConnectionError(
        `cannot publish ${dropped} messages: the reconnect buffer was full while the connection was down`,
      ),
    );
  }
}
