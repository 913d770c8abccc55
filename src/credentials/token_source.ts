/** Caches tokens until shortly before they expire. @module */

import { checkExpiry } from "./identity.ts";
import type { CredentialStore } from "./credential_store.ts";
import { BACKDATED_SECONDS, signToken, TOKEN_LIFETIME_SECONDS } from "./token.ts";

/** Provides tokens. */
export interface TokenSource {
  /** Returns a valid token; `undefined` when the credentials have no key. */
  token(): Promise<string | undefined>;
  /**
   * Discards the token after the server has rejected it. Returns whether a new one may be accepted: the credentials have
   * changed, or the clock differs from `serverTimeMs`, which is `NaN` when unknown.
   */
  renew(serverTimeMs: number): boolean;
}

/** A token is not used in its last seconds, so that it does not expire in transit. */
const EXPIRY_MARGIN_SECONDS = 30;
/** Smaller differences between clocks do not matter: tokens are backdated by more. */
const MIN_SKEW_MS = 10_000;

/** Larger ones are no difference between clocks: a token must not be valid long after it was signed. */
const MAX_SKEW_MS = 600_000;

const USE_MS = (TOKEN_LIFETIME_SECONDS - BACKDATED_SECONDS - EXPIRY_MARGIN_SECONDS) * 1000;

/** Creates a token source. */
export function createTokenSource(store: CredentialStore): TokenSource {
  let skewMs = 0;
  let cached: { for: unknown; until: number; token: Promise<string> } | undefined;
  return {
    async token() {
      const credentials = store.current();
      if (!credentials.identity) return undefined;
      const now = Date.now();
      checkExpiry(credentials.identity.leaf, now + skewMs);
      if (cached?.for !== credentials || now >= cached.until) {
        const token = signToken(credentials.identity, now + skewMs);
        cached = { for: credentials, until: now + USE_MS, token };
      }
      return await cached.token;
    },
    renew(serverTimeMs) {
      cached = undefined;
      const changed = store.reload();
      const skewNow = serverTimeMs - Date.now();
      const isSkew = Math.abs(skewNow) < MAX_SKEW_MS && Math.abs(skewNow - skewMs) >= MIN_SKEW_MS;
      if (!isSkew) return changed;
      skewMs = skewNow;
      return true;
    },
  };
}
