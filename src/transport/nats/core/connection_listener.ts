/** Callbacks of a connection. @module */

import type { PermissionError } from "../../errors.ts";

/** Callbacks for the states of a connection. */
export interface ConnectionListener {
  onDown?(): void;
  onUp?(): void;
  onClosed?(): void;
  /** Called when the server denies an operation; returns whether the error was passed on to the one who waits. */
  onDenied?(error: PermissionError): boolean;
}
