/** Who the client is: a private key and the certificate chain that goes with it. @module */

import { ConfigError, messageOf } from "../errors.ts";
import { type Certificate, readCertificate, toHex } from "./certificate.ts";
import {
  BIT_STRING,
  CONTEXT_1,
  INTEGER,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  readDer,
  sameBytes,
  SEQUENCE,
  writeDer,
} from "./der.ts";
import { type PemBlock, readPem } from "./pem.ts";

/** A key and its certificate, checked. */
export interface Identity {
  /** The chain, leaf first, each certificate's DER in base64. */
  readonly chain: readonly string[];
  /** DER of the leaf. */
  readonly leafBytes: Uint8Array;
  /** The leaf, read. */
  readonly leaf: Certificate;
  /** The private key as PKCS#8, DER. */
  readonly privateKey: Uint8Array;
  /**
   * Whether the key is known to be the leaf's. An elliptic curve's key may come without its public half; then only a
   * signature can tell.
   */
  readonly matched: boolean;
  /** How it signs. */
  readonly scheme: SigningScheme;
}

/** A way to sign: its name in JWTs and its parameters in WebCrypto. */
export interface SigningScheme {
  readonly alg: string;
  readonly key: { name: string; hash?: string; namedCurve?: string };
  readonly sign: { name: string; hash?: string; saltLength?: number };
}

const RSA_ENCRYPTION = "2a864886f70d010101";
const RSA_PSS = "2a864886f70d01010a";
const CURVES: Record<string, [alg: string, namedCurve: string, hash: string]> = {
  "2a8648ce3d030107": ["ES256", "P-256", "SHA-256"],
  "2b81040022": ["ES384", "P-384", "SHA-384"],
  "2b81040023": ["ES512", "P-521", "SHA-512"],
};

/**
 * Reads a key and a certificate chain and checks that they belong together.
 *
 * @throws {ConfigError} when one cannot be read, is of a kind that the server does not take, or does not match the other.
 */
export function readIdentity({ cert, key }: { cert: string; key: string }): Identity {
  const chain = readPem(cert).filter(({ label }) => label === "CERTIFICATE");
  const [leafBlock] = chain;
  if (!leafBlock) {
    throw bad("cert", "there is no certificate in it; it must be PEM text, leaf first");
  }
  const leaf = attempt("cert", () => readCertificate(leafBlock.bytes));
  const keyBlock = findKey(key);
  const privateKey = attempt("key", () => toPkcs8(keyBlock, leaf));
  return {
    chain: chain.map(({ base64 }) => base64),
    leafBytes: leafBlock.bytes,
    leaf,
    ...privateKey,
    scheme: schemeOf(leaf),
  };
}

function attempt<T>(field: "cert" | "key", read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw bad(field, `it cannot be read: ${messageOf(cause)}`, cause);
  }
}

function bad(field: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError(`credentials.${field}`, `cannot use credentials.${field}: ${why}`, {
    cause,
  });
}

function findKey(text: string): PemBlock {
  if (/BEGIN ENCRYPTED|Proc-Type: *4,ENCRYPTED/.test(text)) {
    throw bad(
      "key",
      `it is encrypted; decrypt it first, for example with "openssl pkey -in key.pem"`,
    );
  }
  const block = readPem(text).find(({ label }) => label.endsWith("PRIVATE KEY"));
  if (block) return block;
  throw bad("key", "there is no private key in it; it must be PEM text: PKCS#8, PKCS#1 or SEC 1");
}

/** The three forms a key comes in hold the same inside: an RSAPrivateKey or an ECPrivateKey. */
function toPkcs8(
  { label, bytes }: PemBlock,
  leaf: Certificate,
): Pick<Identity, "privateKey" | "matched"> {
  const [, , wrapped] = label === "PRIVATE KEY" ? readDer(readDer(bytes)[0]!.content) : [];
  const inner = wrapped ? wrapped.content : bytes;
  const { key: { namedCurve } } = schemeOf(leaf);
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
    // WebCrypto takes every RSA key as rsaEncryption, also one that is meant for PSS.
    const rsa = writeDer(OBJECT_IDENTIFIER, fromHex(RSA_ENCRYPTION));
    return wrap(writeDer(SEQUENCE, rsa, Uint8Array.of(5, 0)), inner, true);
  }
  if (fields[1]?.tag !== OCTET_STRING) throw mismatch();
  const own = fields.find(({ tag }) => tag === CONTEXT_1);
  if (own && !sameBytes(readDer(own.content)[0]!.content.subarray(1), leaf.publicKey)) {
    throw mismatch();
  }
  // A key may come without its public half, which not every WebCrypto takes: the certificate has it.
  const point = writeDer(BIT_STRING, Uint8Array.of(0), leaf.publicKey);
  const one = writeDer(INTEGER, Uint8Array.of(1));
  return wrap(
    leaf.algorithm.bytes,
    writeDer(SEQUENCE, one, fields[1].bytes, writeDer(CONTEXT_1, point)),
    own !== undefined,
  );
}

function mismatch(): ConfigError {
  return bad(
    "key",
    "it is not the key of the first certificate in credentials.cert; pass the two that belong together",
  );
}

function schemeOf({ algorithm }: Certificate): SigningScheme {
  const [type, parameters] = readDer(algorithm.content);
  const oid = toHex(type?.content ?? new Uint8Array());
  if (oid === RSA_ENCRYPTION || oid === RSA_PSS) {
    const [alg, name] = oid === RSA_PSS
      ? ["PS256", "RSA-PSS"] as const
      : ["RS256", "RSASSA-PKCS1-v1_5"] as const;
    return { alg, key: { name, hash: "SHA-256" }, sign: { name, saltLength: 32 } };
  }
  const curve = CURVES[toHex(parameters?.content ?? new Uint8Array())];
  if (!curve) {
    throw bad(
      "cert",
      "its key is of a kind that the server does not take; use RSA, P-256, P-384 or P-521",
    );
  }
  const [alg, namedCurve, hash] = curve;
  return { alg, key: { name: "ECDSA", namedCurve }, sign: { name: "ECDSA", hash } };
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
