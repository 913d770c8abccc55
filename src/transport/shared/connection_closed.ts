/** The error of a closed connection. @module */

import { ConnectionError } from "../../errors.ts";

/** Creates the error of an operation on a closed connection. `action` completes "cannot …". */
export function connectionClosed(action: string): ConnectionError {
  return new ConnectionError(`cannot ${action}: the connection is closed; connect again`);
}
