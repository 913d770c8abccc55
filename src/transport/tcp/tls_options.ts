/** TLS for NATS over TCP. @module */

import type { TlsOptions } from "@nats-io/nats-core";
import type { ServerUrl } from "../nats/dial/server_url.ts";
import type { TlsMaterial } from "../transport.ts";

/** What a socket takes besides what the client library names: whom the server's certificate must be for. */
export interface SocketTlsOptions extends TlsOptions {
  readonly servername?: string;
  readonly host?: string;
}

/** TLS options for a server; `undefined` lets the server decide whether the connection is encrypted. */
export function tlsOptions(
  server: ServerUrl,
  material: TlsMaterial | undefined,
): SocketTlsOptions | undefined {
  if (!server.secure && !material) return undefined;
  const isAddress = /^[\d.]+$|:/.test(server.tlsName);
  return {
    ...material,
    ...(isAddress ? { host: server.tlsName } : { servername: server.tlsName }),
  };
}
