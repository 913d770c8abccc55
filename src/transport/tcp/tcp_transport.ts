/** NATS over TCP, with or without TLS, on runtimes with sockets. @module */

import { host } from "../../runtime/detect.ts";
import type { Dial } from "../nats/dial/dial.ts";
import { natsTransport } from "../nats/nats_transport.ts";
import type { Transport } from "../transport.ts";

const dial: Dial = async (server, options) => {
  // In the npm package, conditions of package.json make both the second one for the edge. JSR has no conditions.
  const { dialTcp } = await host().builtin("net")
    ? await import("./tcp_dial.ts")
    : await import("./tcp_dial_edge.ts");
  return await dialTcp(server, options);
};

/** Connects to NATS over TCP. */
export const tcpTransport: Transport = natsTransport(dial, { followCluster: true });
