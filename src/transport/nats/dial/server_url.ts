/** Parsing of server URLs. @module */

import type { LoadedAuth } from "../../auth.ts";

/** A parsed server URL. */
export interface ServerUrl {
  /** The URL without user name and password, for messages. */
  readonly url: string;
  /** The name or address that the server's certificate is verified for; an IPv6 address without brackets. */
  readonly tlsName: string;
  /** Host and port, in the form of the client library and of INFO. */
  readonly address: string;
  /** Whether TLS is required. */
  readonly secure: boolean;
  /** The credentials in the URL, if any. */
  readonly auth: LoadedAuth | undefined;
}

/** Parses a server URL. A user name without a password is a token. */
export function parseServer(server: string): ServerUrl {
  const { protocol, host, hostname, pathname, search, username, password } = new URL(server);
  const user = decodeURIComponent(username);
  const path = pathname === "/" ? "" : pathname;
  const isTcp = protocol === "nats:" || protocol === "tls:";
  return {
    url: `${protocol}//${host}${path}${search}`,
    tlsName: withoutBrackets(hostname),
    address: isTcp && host === hostname ? `${host}:4222` : host,
    secure: protocol === "tls:" || protocol === "wss:",
    auth: user === ""
      ? undefined
      : password === ""
      ? { token: user }
      : { user, password: decodeURIComponent(password) },
  };
}

/**
 * Returns the URL of another server in the cluster of `origin`, of which only the address is known. Clusters advertise
 * IP addresses although their certificates are for names, so one is verified for the name of `origin`, if that has one.
 */
export function siblingServer(origin: ServerUrl, address: string): ServerUrl {
  const host = withoutBrackets(address.replace(/:\d+$/, ""));
  return {
    ...origin,
    url: `${origin.secure ? "tls:" : "nats:"}//${address}`,
    tlsName: isIpAddress(host) && !isIpAddress(origin.tlsName) ? origin.tlsName : host,
    address,
  };
}

/** Whether a host is an IP address and not a name. */
export function isIpAddress(host: string): boolean {
  return /^[\d.]+$|:/.test(host);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
