/** Credentials for connections other than HTTP. @module */

import { checkExpiry } from "./certificate.ts";
import { type LoadedCredentials, openCredentials } from "./credential_store.ts";
import type { Credentials } from "./credentials.ts";

/**
 * Reads credentials, by value or by file, from the option or from the environment, for mutual TLS with NATS. Gives what
 * tells them as they are at the time, for a connection to ask before each attempt; `undefined` when there are none.
 *
 * @throws {ConfigError} when a part is missing or given twice, a file cannot be read, key and certificate do not match, or
 * the certificate has expired.
 */
export function credentialProvider(
  credentials?: Credentials | false,
): (() => LoadedCredentials) | undefined {
  const store = openCredentials(credentials);
  if (!store) return undefined;
  const { identity } = store.current();
  if (identity) checkExpiry(identity.leaf, Date.now());
  return () => {
    const { identity: _, ...texts } = store.current();
    return texts;
  };
}
