/** The secrets of a connection, which are masked whether or not the user lists them. @module */

import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";

/** Collects the user's secrets, and the passwords and tokens that the manager connects with. */
export function connectionSecrets(
  { secrets = [], auth }: DriverManagerOptions,
  { servers }: ResolvedOptions,
): string[] {
  const found = [...secrets, ...servers.flatMap(passwordsIn)];
  if (auth) found.push("token" in auth ? auth.token : auth.password);
  return found;
}

/** A URL holds a user name and a password, or a token where the user name is. */
function passwordsIn(server: string): string[] {
  const { username, password } = new URL(server);
  const secret = password === "" ? username : password;
  return secret === "" ? [] : [decodeURIComponent(secret)];
}
