/** Who wants to know what befalls a connection. @module */

import type { ConnectionStatus } from "../transport.ts";

/** Who wants to know what befalls a connection. */
export class StatusListeners {
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();

  /** Tells `listener` from now on, until the returned function is called. */
  add(listener: (status: ConnectionStatus) => void): () => void {
    const entry = (status: ConnectionStatus) => listener(status);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Tells everybody. A listener that throws keeps nobody from being told; what it threw is nobody's but its own. */
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
