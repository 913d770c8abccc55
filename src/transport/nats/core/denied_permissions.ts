/** The permissions that a server denies during one connection. @module */

import type { PermissionError } from "../../errors.ts";
import type { ConnectionListener } from "./connection_listener.ts";

/** Passes denied permissions on to what waits for them, and keeps those apart that nothing waits for. */
export class DeniedPermissions {
  readonly #reported = new Set<string>();

  /** Forgets what was reported: the connection is another one. */
  clear(): void {
    this.#reported.clear();
  }

  /** Passes an error on; returns whether nothing waits for it, and it was not reported before. */
  isNews(error: PermissionError, listeners: Iterable<ConnectionListener>): boolean {
    const passedOn = Array.from(listeners, (listener) => listener.onDenied?.(error) ?? false);
    const key = `${error.operation} ${error.permit}`;
    if (passedOn.includes(true) || this.#reported.has(key)) return false;
    this.#reported.add(key);
    return true;
  }
}
