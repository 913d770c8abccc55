/** Where the API server is. @module */

import { ConfigError } from "../../errors.ts";
import { resolveSetting, serverHost, serverPort, serverUrl } from "../../settings.ts";
import type { ClientOptions } from "../options.ts";

/** Where the API server is. */
export interface Address {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** Host name or address, an IPv6 address without brackets. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** Finds the address: an explicit option wins over the environment, and a full URL over host and port. */
export function resolveAddress(options: Pick<ClientOptions, "host" | "port" | "url">): Address {
  const byParts = options.url === undefined &&
    (options.host !== undefined || options.port !== undefined);
  const full = byParts ? undefined : resolveSetting(serverUrl, "url", options.url);
  return full === undefined ? ofParts(options) : ofUrl(full);
}

function ofParts(options: Pick<ClientOptions, "host" | "port">): Address {
  const host = withoutBrackets(resolveSetting(serverHost, "host", options.host));
  const port = resolveSetting(serverPort, "port", options.port);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (URL.canParse(url)) return { url, host, port };
  throw new ConfigError("host", `cannot use ${JSON.stringify(host)} as host: it is no host name`);
}

function ofUrl(text: string): Address {
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw new ConfigError(
      "url",
      `cannot use ${url.origin} as url with a user name, a password, "?" or "#"; put what a proxy asks for into headers`,
    );
  }
  return {
    url: url.origin + url.pathname.replace(/\/+$/, ""),
    host: withoutBrackets(url.hostname),
    port: Number(url.port) || (url.protocol === "https:" ? 443 : 80),
  };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

/**
 * Puts names into a path, encoded.
 *
 * @throws {ConfigError} when a name is empty, `.` or `..`: no URL can hold it.
 */
export function pathOf(base: string, ...names: string[]): string {
  for (const name of names) {
    if (/^\.{0,2}$/.test(name)) {
      throw new ConfigError("name", `cannot use "${name}" as a name: no path can hold it`);
    }
  }
  return [base, ...names.map(encodeURIComponent)].join("/");
}
