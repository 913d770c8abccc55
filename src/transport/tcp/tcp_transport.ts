/** NATS over TCP, with or without TLS, on runtimes with sockets. @module */

import { host } from "../../runtime/detect.ts";
import { coreOptions, type Dial } from "../nats/dial/dial.ts";
import { withTransportFactory } from "../nats/dial/transport_factory_lock.ts";
import { natsTransport } from "../nats/nats_transport.ts";
import { noSockets } from "./no_sockets.ts";
import { type SocketModules, TcpSocket } from "./tcp_socket.ts";
import { tlsOptions } from "./tls_options.ts";
import { explainTlsFailure } from "./tls_failure.ts";
import type { Transport } from "../transport.ts";

const dial: Dial = async (server, options) => {
  const modules = await loadSockets(server.url);
  const { NatsConnectionImpl, setTransportFactory } = await import("@nats-io/nats-core/internal");
  const tls = tlsOptions(server, options.tls);
  try {
    return await withTransportFactory("tcp", () => {
      setTransportFactory({ factory: () => new TcpSocket(modules, options.signal) });
      return NatsConnectionImpl.connect({
        ...coreOptions(server, options),
        ...(tls ? { tls } : {}),
      });
    });
  } catch (error) {
    throw await explainTlsFailure(server, options.tls, error);
  }
};

async function loadSockets(url: string): Promise<SocketModules> {
  const [net, tls] = await Promise.all([
    host().builtin<SocketModules["net"]>("net"),
    host().builtin<SocketModules["tls"]>("tls"),
  ]);
  if (net && tls) return { net, tls };
  throw noSockets(url);
}

/** Connects to NATS over TCP. */
export const tcpTransport: Transport = natsTransport(dial, { followCluster: true });
