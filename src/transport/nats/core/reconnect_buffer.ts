/** Messages that wait for the line to come up. @module */

/** The most that is held back, in bytes. An outage must not fill the memory. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Messages that wait for the line to come up, in order, up to a limit. */
export class ReconnectBuffer {
  #messages: { subject: string; data: Uint8Array }[] = [];
  #bytes = 0;
  #dropped = 0;

  /** Holds a message back; one that does not fit is dropped and counted. */
  add(subject: string, data: Uint8Array): void {
    const size = subject.length + data.length;
    if (this.#bytes + size > MOST_BYTES) {
      this.#dropped++;
      return;
    }
    this.#bytes += size;
    this.#messages.push({ subject, data: data.slice() });
  }

  /** Gives all to `send`, and tells how many were dropped since the last time. */
  release(send: (subject: string, data: Uint8Array) => void): number {
    const messages = this.#messages;
    const dropped = this.#dropped;
    this.#messages = [];
    this.#bytes = 0;
    this.#dropped = 0;
    for (const { subject, data } of messages) send(subject, data);
    return dropped;
  }
}
