/** Tokens for the API server, used again until shortly before they expire. @module */

import { checkExpiry } from "./certificate.ts";
import type { CredentialStore } from "./credential_store.ts";
import { BACKDATED_SECONDS, signToken, TOKEN_LIFE_SECONDS } from "./token.ts";

/** Gives tokens. */
export interface TokenSource {
  /** A token that counts for a while yet; `undefined` when the credentials hold no key. */
  token(): Promise<string | undefined>;
  /**
   * Called when the server has refused a token, with the server's time if it told. Gives whether another one may fare
   * better: the files hold new credentials, or the clocks differ.
   */
  renew(serverTimeMs: number): boolean;
}

/** A token is not used in its last seconds, so that it does not expire on its way. */
const SPARE_SECONDS = 30;
/** Clocks that differ by less than this are taken as one: tokens are backdated by more. */
const SMALL_SKEW_MS = 10_000;

const USE_MS = (TOKEN_LIFE_SECONDS - BACKDATED_SECONDS - SPARE_SECONDS) * 1000;

/** Makes a token source. */
export function createTokenSource(store: CredentialStore): TokenSource {
  let skewMs = 0;
  let made: { for: unknown; until: number; token: Promise<string> } | undefined;
  return {
    async token() {
      const credentials = store.current();
      if (!credentials.identity) return undefined;
      const now = Date.now();
      checkExpiry(credentials.identity.leaf, now + skewMs);
      if (made?.for !== credentials || now >= made.until) {
        const token = signToken(credentials.identity, now + skewMs);
        made = { for: credentials, until: now + USE_MS, token };
      }
      return await made.token;
    },
    renew(serverTimeMs) {
      made = undefined;
      const changed = store.reload();
      const skewNow = serverTimeMs - Date.now();
      if (Number.isNaN(skewNow) || Math.abs(skewNow - skewMs) < SMALL_SKEW_MS) return changed;
      skewMs = skewNow;
      return true;
    },
  };
}
