/** What stands in for TCP in a bundle for browsers or workerd, which have no sockets. @module */

import { natsTransport } from "../nats/nats_transport.ts";
import type { Transport } from "../transport.ts";
import { noSockets } from "./no_sockets.ts";

/** Fails to connect to NATS over TCP. */
export const tcpTransport: Transport = natsTransport(
  ({ url }) => Promise.reject(noSockets(url)),
  { followCluster: true },
);
