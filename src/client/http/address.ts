/** The address of the API server, and paths below it. @module */

import { ConfigError } from "../../errors.ts";
import { resolveSetting, serverHost, serverPort, serverUrl } from "../../settings.ts";
import type { ClientOptions } from "../options.ts";

/** The address of the API server. */
export interface Address {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** Host name or address, an IPv6 address without brackets. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/**
 * Resolves the address: an explicit option wins over the environment, and a full URL over host and port.
 *
 * @throws {ConfigError} an option or an environment variable is invalid.
 */
export function resolveAddress(options: Pick<ClientOptions, "host" | "port" | "url">): Address {
  const byParts = options.url === undefined && (options.host ?? options.port) !== undefined;
  const full = byParts ? undefined : resolveSetting(serverUrl, "url", options.url);
  return full === undefined ? ofParts(options) : ofUrl(full);
}

function ofParts(options: Pick<ClientOptions, "host" | "port">): Address {
  const host = resolveSetting(serverHost, "host", options.host);
  const port = resolveSetting(serverPort, "port", options.port);
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, host, port };
}

function ofUrl(text: string): Address {
  const url = new URL(text);
  if (/[@?#]/.test(text)) {
    throw new ConfigError("url", "url must have no user name, password, query or fragment");
  }
  return {
    url: url.origin + url.pathname.replace(/\/+$/, ""),
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (url.protocol === "https:" ? 443 : 80),
  };
}

/**
 * Joins a base path and names, which it encodes.
 *
 * @throws {ConfigError} a name is no text that UTF-8 can hold, or is empty, `.` or `..`: URLs drop these.
 */
export function pathOf(base: string, ...names: string[]): string {
  for (const name of names) {
    if (typeof name !== "string" || /^\.{0,2}$|[\ud800-\udfff]/u.test(name)) {
      throw new ConfigError("name", `name must not be ${JSON.stringify(name)}`);
    }
  }
  return [base, ...names.map(encodeURIComponent)].join("/");
}
