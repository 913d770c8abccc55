/** NATS over TCP, with or without TLS, on runtimes with sockets. @module */

import type { Dial } from "../nats/dial/dial.ts";
import { natsTransport } from "../nats/nats_transport.ts";
import type { Transport } from "../transport.ts";

const dial: Dial = async (server, options) => {
  // Not a path: a condition in package.json keeps sockets, and with them modules of Node, out of bundles for the edge.
  const { dialTcp } = await import("#tcp");
  return await dialTcp(server, options);
};

/** Connects to NATS over TCP. */
export const tcpTransport: Transport = natsTransport(dial, { followCluster: true });
