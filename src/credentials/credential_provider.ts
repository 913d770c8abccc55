/** Credentials for mutual TLS with NATS. @module */

import { checkExpiry } from "./identity.ts";
import { type LoadedCredentials, openCredentials } from "./credential_store.ts";
import type { Credentials } from "./credentials.ts";

/**
 * Reads credentials as text or from files, of the option or of the environment. Returns a function that returns the current
 * ones, to be called before each connection attempt; `undefined` without credentials.
 *
 * @throws {ConfigError} a part is missing or passed twice, a file cannot be read, key and certificate do not match, or the
 * certificate has expired.
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
