/** A server's URL, taken apart. @module */

import type { ConnectOptions } from "../../transport.ts";

/** A server's URL, taken apart. */
export interface ServerUrl {
  /** The URL without user name and password, fit for messages. */
  readonly url: string;
  /** The name or address that the server's certificate must be for; an IPv6 address without brackets. */
  readonly tlsName: string;
  /** Host and port, as the client library takes them. */
  readonly address: string;
  /** Whether it must be reached over TLS. */
  readonly secure: boolean;
  /** Who to be on that server, if the URL says so. */
  readonly auth: ConnectOptions["auth"];
}

/** Takes a server's URL apart. A user name without a password is a token. */
export function parseServer(server: string): ServerUrl {
  const { protocol, host, hostname, pathname, search, username, password } = new URL(server);
  const user = decodeURIComponent(username);
  const path = pathname === "/" ? "" : pathname;
  return {
    url: `${protocol}//${host}${path}${search}`,
    tlsName: hostname.replace(/^\[|\]$/g, ""),
    address: host,
    secure: protocol === "tls:" || protocol === "wss:",
    auth: user === ""
      ? undefined
      : password === ""
      ? { token: user }
      : { user, password: decodeURIComponent(password) },
  };
}

/** Another server of the cluster that `origin` belongs to, known by its address alone. */
export function siblingServer(origin: ServerUrl, address: string): ServerUrl {
  return { ...origin, url: `${origin.secure ? "tls:" : "nats:"}//${address}`, address };
}
