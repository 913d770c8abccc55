/** Authenticators of the NATS client library. @module */

import type { Authenticator } from "@nats-io/nats-core";
import { ConfigError } from "../../../errors.ts";
import type { LoadedAuth } from "../../auth.ts";

/**
 * Returns the client library's authenticator. A seed that cannot be parsed is found here: the client library reports it
 * as a connection that failed, which would be tried again for ever.
 *
 * @throws {ConfigError} when a seed or credentials cannot be parsed; it contains no part of them.
 */
export async function authenticatorFor(auth: LoadedAuth): Promise<Authenticator> {
  if ("authenticator" in auth) return auth.authenticator;
  if ("token" in auth) return () => ({ auth_token: auth.token });
  if ("user" in auth) return () => ({ user: auth.user, pass: auth.password });
  const { credsAuthenticator, nkeyAuthenticator } = await import("@nats-io/nats-core/internal");
  const encoder = new TextEncoder();
  if ("nkey" in auth) {
    const rule = "the seed of an NKey for a user, which begins with SU";
    return usable("nkey", rule, () => nkeyAuthenticator(encoder.encode(auth.nkey.trim())));
  }
  // The client library's parser needs line feeds, the last line's included.
  const text = `${auth.creds.replaceAll("\r\n", "\n")}\n`;
  const rule = "the text of a credentials file, with a user JWT and its seed";
  return usable("creds", rule, () => credsAuthenticator(encoder.encode(text)));
}

function usable(option: string, rule: string, create: () => Authenticator): Authenticator {
  try {
    const authenticator = create();
    authenticator();
    return authenticator;
  } catch {
    throw new ConfigError(`auth.${option}`, `cannot use auth.${option}: it must be ${rule}`);
  }
}
