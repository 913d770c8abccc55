/** The `fetch` that a client uses unless it is given one. @module */

import type { CredentialStore } from "../../credentials/credential_store.ts";
import { tlsFetch } from "../../runtime/tls_fetch.ts";
import type { FetchLike } from "../options.ts";

/** Calls the platform's own, at the time of the call: it may be replaced, and must not be called as a method. */
const platformFetch: FetchLike = (url, init) => fetch(url, init);

/** The platform's `fetch`, with client certificate and CA where a server is spoken to over HTTPS. */
export function defaultFetch(baseUrl: string, credentials: CredentialStore | undefined): FetchLike {
  if (!credentials || !baseUrl.startsWith("https:")) return platformFetch;
  let made: { of: unknown; fetch: FetchLike } | undefined;
  return async (url, init) => {
    const current = credentials.current();
    if (made?.of !== current) made = { of: current, fetch: tlsFetch(current) ?? platformFetch };
    return await made.fetch(url, init);
  };
}
