/** Tokens for the API server. @module */

import type { Credentials } from "./credentials.ts";

/** Gives tokens. */
export interface TokenSource {
  /** A token that is valid for a while yet. */
  token(): Promise<string>;
  /** Called when the server has refused a token. Gives whether another one may fare better. */
  renew(): Promise<boolean>;
}

/** Makes a token source; `undefined` when there are no credentials. */
export function createTokenSource(
  _credentials: Credentials | false | undefined,
): TokenSource | undefined {
  return undefined;
}
