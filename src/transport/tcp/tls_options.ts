/** TLS options of NATS over TCP. @module */

import type { TlsOptions } from "@nats-io/nats-core";
import type { ServerUrl } from "../nats/dial/server_url.ts";
import type { TlsMaterial } from "../transport.ts";

/** TLS options with the name that the server's certificate is verified for, which the client library does not declare. */
export interface SocketTlsOptions extends TlsOptions {
  readonly servername?: string;
  readonly host?: string;
}

/** Returns the TLS options for a server; `undefined` lets the server decide whether TLS is used. */
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
