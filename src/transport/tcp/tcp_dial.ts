/** Connects to NATS over TCP, on Node, Deno and Bun. @module */

import { NatsConnectionImpl, setTransportFactory } from "@nats-io/nats-core/internal";
import { host } from "../../runtime/detect.ts";
import { coreOptions } from "../nats/dial/core_options.ts";
import type { Dial } from "../nats/dial/dial.ts";
import { withTransportFactory } from "../nats/dial/transport_factory_lock.ts";
import { atAddress } from "./addresses.ts";
import { type SocketModules, type SocketOptions, TcpSocket } from "./tcp_socket.ts";
import { explainTlsFailure } from "./tls_failure.ts";

export { probe } from "./probe.ts";

/** Connects once, over TCP. Unless the URL or the material requires TLS, the server decides. */
export const dialTcp: Dial = async (server, { signal, tls, ...rest }) => {
  const modules = {
    net: await host().builtin("net"),
    tls: await host().builtin("tls"),
  } as SocketModules;
  const options: SocketOptions = {
    ...coreOptions(await atAddress(server, rest.round), { tls, ...rest }),
    ...((tls || server.secure) && { tls: { ...tls } }),
    signal,
    tlsName: server.tlsName,
  };
  try {
    const core = await withTransportFactory("tcp", () => {
      setTransportFactory({ factory: () => new TcpSocket(modules) });
      return NatsConnectionImpl.connect(options);
    });
    // Not before: the client library would dial the addresses in the INFO of a server that refuses this connection.
    (core as NatsConnectionImpl).options.ignoreClusterUpdates = false;
    return core;
  } catch (error) {
    throw await explainTlsFailure(server, tls, error);
  }
};
