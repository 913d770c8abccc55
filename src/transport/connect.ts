/** Selects the transport by the scheme of the servers. @module */

import { ConfigError } from "../errors.ts";
import { withoutUserInfo } from "../settings.ts";
import { tcpTransport } from "./tcp/tcp_transport.ts";
import type { Connection, ConnectOptions, Transport } from "./transport.ts";
import { createWebSocketTransport } from "./websocket_transport.ts";

/**
 * Connects to a broker over `transport`, or over the one that the scheme of the servers selects:
 * `nats://` and `tls://` over TCP, `ws://` and `wss://` over WebSocket, `memory:` within the process.
 *
 * @throws {ConfigError} when no server is given, the scheme is unknown, or the servers need different transports.
 */
export async function connectBroker(
  options: ConnectOptions,
  transport?: Transport,
): Promise<Connection> {
  const chosen = transport ?? await transportFor(options.servers);
  return await chosen.connect(options);
}

async function transportFor(servers: readonly string[]): Promise<Transport> {
  const kinds = new Set(servers.map(kindOf));
  if (kinds.size > 1) {
    throw new ConfigError(
      "servers",
      `cannot connect to ${
        withoutUserInfo(servers.join(", "))
      }: one connection uses one transport; ` +
        "use servers of one scheme only",
    );
  }
  const [server] = servers;
  if (server === undefined) {
    throw new ConfigError("servers", "cannot connect: no server is given; set at least one URL");
  }
  switch (kindOf(server)) {
    case "memory": {
      // Imported on demand: the bundle of a driver that connects to NATS does not load the broker.
      const { namedMemoryTransport } = await import("./memory_transport.ts");
      return namedMemoryTransport(server);
    }
    case "tcp":
      return tcpTransport;
    case "websocket":
      return createWebSocketTransport();
  }
}

function kindOf(server: string): "memory" | "tcp" | "websocket" {
  switch (URL.canParse(server) ? new URL(server).protocol : "") {
    case "memory:":
      return "memory";
    case "nats:":
    case "tls:":
      return "tcp";
    case "ws:":
    case "wss:":
      return "websocket";
    default:
      throw new ConfigError(
        "servers",
        `cannot connect to ${withoutUserInfo(server)}: unknown scheme; ` +
          "use nats://, tls://, ws://, wss:// or memory:",
      );
  }
}
