/** Signs the certificate-bound tokens of the API. @module */

import { toBase64 } from "../encoding/base64.ts";
import { encodeText } from "../encoding/json.ts";
import { type Identity, mismatch } from "./identity.ts";

/** Lifetime of a token, in seconds. */
export const TOKEN_LIFETIME_SECONDS = 120;
/** Age that a new token claims, in seconds: the server rejects tokens that were issued in its future. */
export const BACKDATED_SECONDS = 30;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Signs a token that is valid for two minutes, from `BACKDATED_SECONDS` before `nowMs`.
 *
 * @throws {ConfigError} the private key does not match the certificate.
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-3.1 for the thumbprint of the certificate
 */
export async function signToken(identity: Identity, nowMs: number): Promise<string> {
  const { scheme: { alg, params }, leaf, chain } = identity;
  const { subtle } = crypto;
  const thumbprint = await subtle.digest("SHA-256", identity.leafBytes as Bytes);
  const issuedAt = Math.floor(nowMs / 1000) - BACKDATED_SECONDS;
  const header = { alg, typ: "JWT", x5c: chain };
  const claims = {
    iat: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_SECONDS,
    iss: leaf.commonName,
    cnf: { "x5t#S256": toBase64Url(new Uint8Array(thumbprint)) },
  };
  const text = [header, claims].map((part) => toBase64Url(encodeText(JSON.stringify(part)))).join(
    ".",
  );
  const bytes = encodeText(text) as Bytes;
  const signature = await subtle
    .importKey("pkcs8", identity.privateKey as Bytes, params, false, ["sign"])
    .then((key) => subtle.sign(params, key, bytes)).catch((cause) => {
      throw mismatch(cause);
    });
  if (!identity.matched) {
    const spki = leaf.publicKeyInfo as Bytes;
    const publicKey = await subtle.importKey("spki", spki, params, false, ["verify"]);
    if (!await subtle.verify(params, publicKey, signature, bytes)) throw mismatch();
  }
  return `${text}.${toBase64Url(new Uint8Array(signature))}`;
}

/** Encodes bytes as base64 for URLs, without padding. */
function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
