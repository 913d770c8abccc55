/** NATS over TCP, with or without TLS, where the runtime has sockets. @module */

import type { ConnectionOptions, NatsConnection } from "@nats-io/nats-core";
import { ConfigError, messageOf } from "../errors.ts";
import { coreOptions, type Dial } from "./nats/dial.ts";
import { inTurn } from "./nats/factory_gate.ts";
import { natsTransport } from "./nats/nats_transport.ts";
import { tlsOptions } from "./tcp_tls.ts";
import type { Transport } from "./transport.ts";

/** What `#nats-tcp` resolves to: without `connect` where there are no sockets. */
interface TcpModule {
  readonly connect?: (options: ConnectionOptions) => Promise<NatsConnection>;
}

const dial: Dial = async (server, options) => {
  const { connect } = await loadClient(server.url);
  if (!connect) {
    throw new ConfigError(
      "servers",
      `cannot connect to ${server.url}: this runtime has no TCP sockets; ` +
        "use a wss:// URL, and turn WebSocket on in the server",
    );
  }
  const tls = tlsOptions(server, options.tls);
  return await inTurn(
    "tcp",
    () => connect({ ...coreOptions(server, options), ...(tls ? { tls } : {}) }),
  );
};

async function loadClient(url: string): Promise<TcpModule> {
  try {
    const library: unknown = await import("#nats-tcp"); // Another one where there are no sockets.
    return library as TcpModule;
  } catch (cause) {
    throw new ConfigError(
      "servers",
      `cannot connect to ${url}: the NATS client library cannot be loaded (${messageOf(cause)}); ` +
        "install the package with its dependencies",
      { cause },
    );
  }
}

/** NATS over TCP. */
export const tcpTransport: Transport = natsTransport(dial, { followCluster: true });
