/** Expiry of credentials. @module */

/** Returns when the JWT of a credentials file expires, Unix milliseconds; `undefined` when it does not say. */
export function expiryOf(creds: string): number | undefined {
  const claims = /[\w-]+\.([\w-]+)\.[\w-]+/.exec(creds)?.[1] ?? "";
  try {
    const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    return undefined; // Only the server's response counts; this explains it.
  }
}
