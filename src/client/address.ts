/** Where the API server is. @module */

import { ConfigError } from "../errors.ts";
import { resolveSetting, serverHost, serverPort, serverUrl } from "../settings.ts";
import type { ClientOptions } from "./options.ts";

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
  const byParts = options.host !== undefined || options.port !== undefined;
  const full = options.url === undefined && byParts
    ? undefined
    : resolveSetting(serverUrl, "url", options.url);
  if (full !== undefined) return addressOf(full);
  const host = resolveSetting(serverHost, "host", options.host).replace(/^\[|\]$/g, "");
  const port = resolveSetting(serverPort, "port", options.port);
  const text = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (!URL.canParse(text)) {
    throw new ConfigError("host", `cannot use ${JSON.stringify(host)} as host: it is no host name`);
  }
  return { url: text, host, port };
}

function addressOf(text: string): Address {
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw new ConfigError(
      "url",
      `cannot use ${url.origin} with a user name, a password, "?" or "#" as url: a base URL has none of them; ` +
        'put what a proxy asks for into headers, for example "authorization"',
    );
  }
  return {
    url: url.origin + url.pathname.replace(/\/+$/, ""),
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port ? Number(url.port) : url.protocol === "https:" ? 443 : 80,
  };
}

/**
 * Puts names into a path, encoded.
 *
 * @throws {ConfigError} when a name is empty, `.` or `..`: no URL can hold it.
 */
export function pathOf(base: string, ...names: string[]): string {
  for (const name of names) {
    if (typeof name !== "string" || /^\.{0,2}$/.test(name)) {
      throw new ConfigError(
        "name",
        `cannot put ${
          JSON.stringify(name)
        } into the path ${base}/: a name must be text other than "", "." and ".."`,
      );
    }
  }
  return [base, ...names.map(encodeURIComponent)].join("/");
}
