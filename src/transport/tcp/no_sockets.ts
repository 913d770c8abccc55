/** The error of a runtime without TCP sockets. @module */

import { ConfigError } from "../../errors.ts";

/** Creates the error of a server URL that needs TCP. */
export function noSockets(url: string): ConfigError {
  return new ConfigError(
    "servers",
    `cannot connect to ${url}: this runtime has no TCP sockets; ` +
      "use a wss:// URL, and enable WebSocket on the server",
  );
}
