/** The identity of a client: a private key and its certificate chain. @module */

import { ConfigError, hasCode, messageOf } from "../errors.ts";
import { type PemBlock, readPem } from "../encoding/pem.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import {
  BIT_STRING,
  CONTEXT_1,
  INTEGER,
  OCTET_STRING,
  readDer,
  sameBytes,
  SEQUENCE,
  writeDer,
} from "./der.ts";

/** A private key and its certificate chain, which are checked to match. */
export interface Identity {
  /** The chain, leaf first: the DER of each certificate as base64. */
  readonly chain: readonly string[];
  /** The DER of the leaf. */
  readonly leafBytes: Uint8Array;
  /** The leaf. */
  readonly leaf: Certificate;
  /** The private key as PKCS#8, DER. */
  readonly privateKey: Uint8Array;
  /**
   * Whether the key is known to match the leaf. An elliptic-curve key may lack its public key; then only a signature shows
   * whether it does.
   */
  readonly matched: boolean;
  /** The algorithm of its signatures. */
  readonly scheme: SigningScheme;
}

/** A signature algorithm: its name in JWTs and its parameters in WebCrypto. */
export interface SigningScheme {
  readonly alg: string;
  /** Of a key and of a signature: WebCrypto takes from it what either needs. */
  readonly params: { name: string; hash: string; namedCurve?: string; saltLength?: number };
}

/** The AlgorithmIdentifier rsaEncryption, DER. WebCrypto imports RSA keys under it only, also those for PSS. */
const RSA_ENCRYPTION = Uint8Array.of(48, 13, 6, 9, 42, 134, 72, 134, 247, 13, 1, 1, 1, 5, 0);

/** Signature algorithms by the object identifier of the key's algorithm or, for elliptic curves, of the curve: its bytes. */
const SCHEMES: Record<string, SigningScheme> = {
  "42,134,72,134,247,13,1,1,1": scheme("RS", "256", "RSASSA-PKCS1-v1_5"),
  "42,134,72,134,247,13,1,1,10": scheme("PS", "256", "RSA-PSS"),
  "42,134,72,206,61,3,1,7": scheme("ES", "256", "ECDSA", "P-256"),
  "43,129,4,0,34": scheme("ES", "384", "ECDSA", "P-384"),
  "43,129,4,0,35": scheme("ES", "512", "ECDSA", "P-521"),
};

function scheme(kind: string, bits: string, name: string, namedCurve?: string): SigningScheme {
  const params = { name, hash: `SHA-${bits}`, saltLength: 32, ...(namedCurve && { namedCurve }) };
  return { alg: kind + bits, params };
}

/**
 * Reads a key and a certificate chain, and checks that they match.
 *
 * @throws {ConfigError} one cannot be read, is of a kind that the server does not support, or does not match the other.
 */
export function readIdentity({ cert, key }: { cert: string; key: string }): Identity {
  const chain = readPem(cert).filter(({ label }) => label === "CERTIFICATE");
  const [leafBlock] = chain;
  if (!leafBlock) {
    throw invalid("cert", "it contains no certificate");
  }
  const leaf = parse("cert", () => readCertificate(leafBlock.bytes));
  const keyBlock = findKey(key);
  const privateKey = parse("key", () => toPkcs8(keyBlock, leaf));
  return {
    chain: chain.map(({ base64 }) => base64),
    leafBytes: leafBlock.bytes,
    leaf,
    ...privateKey,
    scheme: schemeOf(leaf),
  };
}

function parse<T>(field: "cert" | "key", read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (hasCode(cause, "config")) throw cause;
    throw invalid(field, `it cannot be read: ${messageOf(cause)}`, cause);
  }
}

/** Creates the error of a part of the credentials that cannot be used. */
export function invalid(field: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError(`credentials.${field}`, `cannot use credentials.${field}: ${why}`, {
    cause,
  });
}

function findKey(text: string): PemBlock {
  if (/ENCRYPTED/.test(text)) {
    throw invalid(
      "key",
      "it is encrypted",
    );
  }
  const block = readPem(text).find(({ label }) => label.endsWith("PRIVATE KEY"));
  if (block) return block;
  throw invalid("key", "it contains no private key");
}

/** All three forms of a key contain an RSAPrivateKey or an ECPrivateKey. */
function toPkcs8(
  { label, bytes }: PemBlock,
  leaf: Certificate,
): Pick<Identity, "privateKey" | "matched"> {
  const [, , wrapped] = label === "PRIVATE KEY" ? readDer(readDer(bytes)[0]!.content) : [];
  const inner = wrapped ? wrapped.content : bytes;
  const { params: { namedCurve } } = schemeOf(leaf);
  const fields = readDer(readDer(inner)[0]!.content);
  const version = writeDer(INTEGER, Uint8Array.of(0));
  const wrap = (algorithm: Uint8Array, key: Uint8Array, matched: boolean) => ({
    privateKey: writeDer(SEQUENCE, version, algorithm, writeDer(OCTET_STRING, key)),
    matched,
  });

  if (!namedCurve) {
    const [modulus] = readDer(readDer(leaf.publicKey)[0]!.content);
    if (fields[1]?.tag !== INTEGER || !sameBytes(fields[1].content, modulus!.content)) {
      throw mismatch();
    }
    return wrap(RSA_ENCRYPTION, inner, true);
  }
  if (fields[1]?.tag !== OCTET_STRING) throw mismatch();
  const own = fields.find(({ tag }) => tag === CONTEXT_1);
  if (own && !sameBytes(readDer(own.content)[0]!.content.subarray(1), leaf.publicKey)) {
    throw mismatch();
  }
  // Not every WebCrypto imports a key without its public key, which the certificate has.
  const point = writeDer(BIT_STRING, Uint8Array.of(0), leaf.publicKey);
  const one = writeDer(INTEGER, Uint8Array.of(1));
  return wrap(
    leaf.algorithm.bytes,
    writeDer(SEQUENCE, one, fields[1].bytes, writeDer(CONTEXT_1, point)),
    own !== undefined,
  );
}

/** Creates the error of a key that does not match its certificate. */
export function mismatch(cause?: unknown): ConfigError {
  return invalid(
    "key",
    "it is not the key of the first certificate",
    cause,
  );
}

function schemeOf({ algorithm }: Certificate): SigningScheme {
  const scheme = readDer(algorithm.content).map(({ content }) => SCHEMES[String(content)])
    .find(Boolean);
  if (scheme) return scheme;
  throw invalid(
    "cert",
    "its key is not RSA, P-256, P-384 or P-521",
  );
}

/**
 * Checks that a client's certificate has not expired.
 *
 * @throws {ConfigError} it has expired.
 */
export function checkExpiry({ notAfter }: Pick<Certificate, "notAfter">, nowMs: number): void {
  if (+notAfter < nowMs) throw invalid("cert", `it expired on ${notAfter.toISOString()}`);
}
