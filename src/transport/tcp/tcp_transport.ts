/** NATS over TCP, with or without TLS, on runtimes with sockets. @module */

import { host } from "../../runtime/detect.ts";
import { natsTransport } from "../nats/nats_transport.ts";
import type { Transport } from "../transport.ts";

/** In the npm package, conditions of package.json make both the second one for the edge. JSR has no conditions. */
const load = async () =>
  await host().builtin("net") ? await import("./tcp_dial.ts") : await import("./tcp_dial_edge.ts");

/** Connects to NATS over TCP. */
export const tcpTransport: Transport = natsTransport(
  async (...args) => await (await load()).dialTcp(...args),
  { followCluster: true, probe: async (...args) => await (await load()).probe(...args) },
);
