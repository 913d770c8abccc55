/** Verifies the certificate-bound tokens that clients send. @module */

import type { X509Certificate } from "node:crypto";
import { encode as base64url } from "jose/base64url";
import { decodeProtectedHeader } from "jose/decode/protected_header";
import { jwtVerify } from "jose/jwt/verify";
import { importSPKI } from "jose/key/import";
import { messageOf } from "../../errors.ts";
import { isObject } from "../../encoding/json.ts";
import { certificateReader, checkChain, readAuthorities } from "./certificates.ts";
import type { AuthOptions } from "../options.ts";
import { HttpError } from "../store/http_error.ts";

/** Checks the token of a request. Rejects with an {@linkcode HttpError} of status 401. */
export type Authenticate = (request: Request) => Promise<void>;

const ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "ES512"];
const OPEN = ["/health", "/metrics", "/swagger"];

/** Returns whether a path needs no token. */
export function isOpen(path: string): boolean {
  return OPEN.some((open) => path === open || path.startsWith(`${open}/`));
}

/**
 * Creates the check of `Authorization: Bearer <JWT>`: of the certificate chain, that the token is bound to the leaf
 * certificate, of the signature and of the times.
 *
 * @throws {ConfigError} when the authority is not readable.
 */
export async function createAuthenticator(
  { ca, now = () => new Date() }: AuthOptions,
): Promise<Authenticate> {
  const reader = await certificateReader();
  const authorities = readAuthorities(reader, ca);
  return async (request) => {
    const token = bearerToken(request.headers.get("authorization"));
    try {
      await verify(token, reader, authorities, now());
    } catch (thrown) {
      throw new HttpError(401, `invalid token: ${messageOf(thrown)}`);
    }
  };
}

function bearerToken(header: string | null): string {
  if (header === null) throw new HttpError(401, "missing Authorization header");
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined) throw new HttpError(401, "invalid Authorization header format");
  return token;
}

async function verify(
  token: string,
  reader: typeof X509Certificate,
  authorities: readonly X509Certificate[],
  now: Date,
): Promise<void> {
  const { x5c, alg } = decodeProtectedHeader(token);
  if (typeof alg !== "string" || !ALGORITHMS.includes(alg)) {
    throw new Error(`${alg} is not allowed`);
  }
  if (!isTextList(x5c)) throw new Error("the header has no x5c");
  const chain = x5c.map((der) => new reader(fromBase64(der)));
  const [leaf] = chain;
  if (!leaf) throw new Error("x5c is empty");
  checkChain(chain, authorities, now);
  const { payload } = await jwtVerify(token, await publicKey(leaf, alg), {
    algorithms: [alg],
    currentDate: now,
    requiredClaims: ["iat", "exp", "cnf"],
  });
  if ((payload.iat ?? 0) * 1000 > now.getTime()) {
    throw new Error("the token was issued in the future");
  }
  const bound = isObject(payload["cnf"]) ? payload["cnf"]["x5t#S256"] : undefined;
  if (bound !== await thumbprint(leaf)) {
    throw new Error("the token is not bound to the certificate it came with");
  }
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

async function thumbprint(leaf: X509Certificate): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(leaf.raw))));
}

async function publicKey(leaf: X509Certificate, alg: string): Promise<CryptoKey> {
  return await importSPKI(leaf.publicKey.export({ type: "spki", format: "pem" }).toString(), alg);
}
