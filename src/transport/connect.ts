/** Picks the transport that a server's URL asks for. @module */

import { ConfigError } from "../errors.ts";
import { withoutUserInfo } from "../settings.ts";
import { namedMemoryTransport } from "./memory/memory_transport.ts";
import type { Connection, ConnectOptions, Transport } from "./transport.ts";

/**
 * Connects to a broker, over `transport` if given, else over what the scheme of the servers asks for:
 * `nats://` and `tls://` over TCP, `ws://` and `wss://` over WebSocket, `memory:` within the process.
 *
 * @throws {ConfigError} when there is no server, the scheme is unknown, or several servers need different transports.
 */
export async function connectBroker(
  options: ConnectOptions,
  transport?: Transport,
): Promise<Connection> {
  return await (transport ?? transportFor(options.servers)).connect(options);
}

function transportFor(servers: readonly string[]): Transport {
  const schemes = [...new Set(servers.map((server) => kindOf(server)))];
  const [kind] = schemes;
  if (kind === undefined) {
    throw new ConfigError("servers", "cannot connect: no server is given; name at least one URL");
  }
  if (schemes.length > 1) {
    throw new ConfigError(
      "servers",
      `cannot connect to ${
        servers.map(withoutUserInfo).join(", ")
      }: one connection uses one transport; ` +
        "name servers of one scheme only",
    );
  }
  return namedMemoryTransport(servers[0]!);
}

function kindOf(server: string): string {
  const scheme = URL.canParse(server) ? new URL(server).protocol : "";
  switch (scheme) {
    case "memory:":
      return "memory";
    default:
      throw new ConfigError(
        "servers",
        `cannot connect to ${withoutUserInfo(server)}: its scheme names no transport; ` +
          "use nats://, tls://, ws://, wss:// or memory:",
      );
  }
}
