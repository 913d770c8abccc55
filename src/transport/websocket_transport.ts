/** NATS over WebSocket, on any runtime. @module */

import type { WsSocketFactory } from "@nats-io/nats-core";
import { ConfigError, ConnectionError, hasCode, messageOf } from "../errors.ts";
import { coreOptions } from "./nats/dial/core_options.ts";
import type { Dial } from "./nats/dial/dial.ts";
import { withTransportFactory } from "./nats/dial/transport_factory_lock.ts";
import { natsTransport } from "./nats/nats_transport.ts";
import type { Transport } from "./transport.ts";

/** Options of a WebSocket transport. */
export interface WebSocketTransportOptions {
  /**
   * Opens a socket. Needed where the runtime has no global `WebSocket`, as Node 20, or where the socket needs options,
   * for example a client certificate. @default {the global `WebSocket`}
   */
  readonly webSocket?: (url: string) => WebSocket;
}

/**
 * Creates a transport for NATS over WebSocket. It is the default for `ws://` and `wss://` servers; create one to choose
 * how sockets are opened.
 *
 * @example A custom socket
 * ```ts
 * import { createDriver, createDriverManager } from "@conveyor/driver";
 * import { createWebSocketTransport } from "@conveyor/driver/transport";
 *
 * const transport = createWebSocketTransport({ webSocket: (url) => new WebSocket(url) });
 * const driver = createDriver({ name: "deploy", resources: ["workflow"], reconcile() {} });
 * createDriverManager({ driver, transport, servers: ["wss://conveyor.example:8443"] });
 * ```
 */
export function createWebSocketTransport(options: WebSocketTransportOptions = {}): Transport {
  const { webSocket = openGlobalWebSocket } = options;
  const dial: Dial = async (server, dialOptions) => {
    if (dialOptions.tls?.handshakeFirst) refuseHandshakeFirst(server.url);
    if (dialOptions.tls && options.webSocket === undefined) refuseCertificates(server.url);
    const { wsconnect } = await import("@nats-io/nats-core/internal");
    return await withTransportFactory("websocket", async () => {
      const socket = open(webSocket, server.url);
      dialOptions.signal.addEventListener("abort", () => socket.close(), { once: true });
      const wsFactory: WsSocketFactory = () =>
        Promise.resolve({ socket, encrypted: server.secure });
      return await wsconnect({
        ...coreOptions(server, dialOptions),
        servers: [server.url],
        wsFactory,
      });
    });
  };
  return natsTransport(dial, { followCluster: false });
}

/** Opens the socket before the client library connects: the library never settles when that fails. */
function open(webSocket: (url: string) => WebSocket, url: string): WebSocket {
  try {
    return webSocket(url);
  } catch (cause) {
    if (hasCode(cause, "config")) throw cause;
    throw new ConnectionError(
      `cannot open a WebSocket to ${url}: ${
        messageOf(cause)
      }; check the URL and the permissions of the runtime`,
      { cause },
    );
  }
}

function openGlobalWebSocket(url: string): WebSocket {
  if (typeof WebSocket === "function") return new WebSocket(url);
  throw new ConfigError(
    "transport",
    `cannot connect to ${url}: this runtime has no WebSocket; use Node 22 or newer, a nats:// URL, ` +
      "or pass createWebSocketTransport({ webSocket }) with a socket of the ws package",
  );
}

function refuseCertificates(url: string): never {
  throw new ConfigError(
    "tls",
    `cannot connect to ${url} with a certificate: a WebSocket does not support client certificates; ` +
      "use a tls:// URL, or pass createWebSocketTransport({ webSocket }) that sets it",
  );
}

function refuseHandshakeFirst(url: string): never {
  throw new ConfigError(
    "tls.handshakeFirst",
    `cannot connect to ${url} with tls.handshakeFirst: a WebSocket begins with its own handshake; ` +
      "use a tls:// URL, or leave it out",
  );
}
