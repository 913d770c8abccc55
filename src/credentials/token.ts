/** The certificate-bound token that the API server takes. @module */

import { encodeText } from "../protocol/json.ts";
import { type Identity, mismatch } from "./identity.ts";

/** How long a token counts, in seconds. */
export const TOKEN_LIFE_SECONDS = 120;
/** How far in the past a token says it was made, in seconds: the server refuses one from its future. */
export const BACKDATED_SECONDS = 30;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Signs a token that counts from `BACKDATED_SECONDS` before `nowMs` on, for two minutes.
 *
 * @throws {ConfigError} when the private key is not the certificate's.
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-3.1 for the thumbprint that binds it to the certificate
 */
export async function signToken(identity: Identity, nowMs: number): Promise<string> {
  const { scheme, leaf, chain } = identity;
  const { subtle } = crypto;
  const thumbprint = await subtle.digest("SHA-256", identity.leafBytes as Bytes);
  const issuedAt = Math.floor(nowMs / 1000) - BACKDATED_SECONDS;
  const header = { alg: scheme.alg, typ: "JWT", x5c: chain };
  const claims = {
    iat: issuedAt,
    exp: issuedAt + TOKEN_LIFE_SECONDS,
    iss: leaf.commonName,
    cnf: { "x5t#S256": toBase64Url(new Uint8Array(thumbprint)) },
  };
  const text = [header, claims].map((part) => toBase64Url(encodeText(JSON.stringify(part)))).join(
    ".",
  );
  const bytes = encodeText(text) as Bytes;
  const signature = await subtle
    .importKey("pkcs8", identity.privateKey as Bytes, scheme.key, false, ["sign"])
    .then((key) => subtle.sign(scheme.sign, key, bytes)).catch((cause) => {
      throw mismatch(cause);
    });
  if (!identity.matched) {
    const spki = leaf.publicKeyInfo as Bytes;
    const publicKey = await subtle.importKey("spki", spki, scheme.key, false, ["verify"]);
    if (!await subtle.verify(scheme.sign, publicKey, signature, bytes)) throw mismatch();
  }
  return `${text}.${toBase64Url(new Uint8Array(signature))}`;
}

/** Base64 for URLs, without padding. */
function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
