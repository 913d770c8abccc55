/** Listeners of connection status events. @module */

import type { ConnectionStatus } from "../transport.ts";

/** The listeners of a connection's status events. */
export class StatusListeners {
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();

  /** Adds a listener; the returned function removes it. */
  add(listener: (status: ConnectionStatus) => void): () => void {
    const entry = (status: ConnectionStatus) => listener(status);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Calls all listeners. What a listener throws is rethrown outside of the connection, as an uncaught error. */
  emit(status: ConnectionStatus): void {
    for (const listener of this.#listeners) {
      try {
        listener(status);
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }
}
