/** What replaces `tcp_dial.ts` in bundles for runtimes without TCP sockets. @module */

import { ConfigError } from "../../errors.ts";
import type { Probe } from "../nats/dial/connect_failure.ts";
import type { Dial } from "../nats/dial/dial.ts";

/** Rejects with a `ConfigError`. */
export const dialTcp: Dial = ({ url }) =>
  Promise.reject(
    new ConfigError(
      "servers",
      `cannot connect to ${url}: this runtime has no TCP sockets; ` +
        "use a wss:// URL, and enable WebSocket on the server",
    ),
  );

/** There is no peer to be found. */
export const probe: Probe = () => Promise.resolve(undefined);
