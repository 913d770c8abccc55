/** Messages published while the connection is down. @module */

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

  /** Passes all messages to `send`; returns how many were dropped since the last call. */
  flush(send: (subject: string, data: Uint8Array) => void): number {
    const messages = this.#messages;
    const dropped = this.#dropped;
    this.#messages = [];
    this.#bytes = 0;
    this.#dropped = 0;
    for (const { subject, data } of messages) send(subject, data);
    return dropped;
  }
}
