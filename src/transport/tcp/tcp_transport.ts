/** NATS over TCP, with or without TLS, on runtimes with sockets. @module */

import type { Dial } from "../nats/dial/dial.ts";
import { natsTransport } from "../nats/nats_transport.ts";
import type { Transport } from "../transport.ts";

const dial: Dial = async (server, options) => {
  // In the npm package, the conditions of `#tcp` choose between this file and `tcp_dial_edge.ts`.
  const { dialTcp } = await import("./tcp_dial.ts");
  return await dialTcp(server, options);
};

/** Connects to NATS over TCP. */
export const tcpTransport: Transport = natsTransport(dial, { followCluster: true });
