/** The secrets of a connection, which are masked whether or not the user lists them. @module */

import type { ConnectAuth } from "../../transport/auth.ts";
import { decodeUriPart } from "../../encoding/uri.ts";
import { readSetting } from "../../settings.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";

/** Collects the user's secrets, and the passwords, tokens and seeds that the manager connects with. */
export function connectionSecrets(
  { secrets = [] }: DriverManagerOptions,
  { servers, auth }: ResolvedOptions,
): string[] {
  const urls = [...servers, readSetting("lokiEndpoint") ?? []].flat();
  return [...secrets, ...urls.flatMap(passwordsIn), ...auth ? authSecrets(auth) : []];
}

/** Returns the secrets of an authentication. Those of a file are known once it has been read. */
export function authSecrets(auth: ConnectAuth): string[] {
  if ("token" in auth) return [auth.token];
  if ("password" in auth) return [auth.password];
  if ("nkey" in auth) return [auth.nkey.trim()];
  // The JWT and the seed are the long words of credentials.
  return "creds" in auth ? auth.creds.match(/[\w.-]{40,}/g) ?? [] : [];
}

/** Returns the password of a URL. A URL holds a user name and a password, or a token where the user name is. */
function passwordsIn(server: string): string[] {
  const { username, password } = new URL(server);
  const secret = password === "" ? username : password;
  return secret === "" ? [] : [decodeUriPart(secret)];
}
