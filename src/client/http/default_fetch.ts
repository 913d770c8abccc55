/** The `fetch` of a client that is given none. @module */

import type { CredentialStore } from "../../credentials/credential_store.ts";
import { tlsFetch } from "../../runtime/tls_fetch.ts";
import type { FetchLike } from "../options.ts";

/** Looks `fetch` up at each call, since it may be replaced, and does not call it as a method, which it refuses. */
const platformFetch: FetchLike = (url, init) => fetch(url, init);

/** Returns the platform's `fetch`, with client certificate and CA when the server uses HTTPS. */
export function defaultFetch(baseUrl: string, credentials: CredentialStore | undefined): FetchLike {
  if (!credentials || !baseUrl.startsWith("https:")) return platformFetch;
  let cached: { of: unknown; fetch: FetchLike } | undefined;
  return async (url, init) => {
    const current = credentials.current();
    if (cached?.of !== current) cached = { of: current, fetch: tlsFetch(current) ?? platformFetch };
    return await cached.fetch(url, init);
  };
}
