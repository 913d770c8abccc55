/** Reads X.509 certificates. @module */

import { ConfigError } from "../errors.ts";
import { CONTEXT_0, type DerValue, readDer, SEQUENCE } from "./der.ts";

/** The fields of a certificate that a client needs. */
export interface Certificate {
  /** The subject's common name; empty without one. */
  readonly commonName: string;
  /** The public key with its algorithm: SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  /** The algorithm of the public key: AlgorithmIdentifier, DER. */
  readonly algorithm: DerValue;
  /** The public key: an RSAPublicKey, or a point of a curve. */
  readonly publicKey: Uint8Array;
  /** The end of its validity. */
  readonly notAfter: Date;
}

const COMMON_NAME = "550403";

/**
 * Reads a certificate.
 *
 * @throws {RangeError} the bytes are not a certificate.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function readCertificate(bytes: Uint8Array): Certificate {
  const [toBeSigned] = inside(readDer(bytes)[0]);
  const fields = inside(toBeSigned).filter(({ tag }) => tag !== CONTEXT_0);
  const [, , , validity, subject, publicKeyInfo] = fields;
  const [, notAfter] = inside(validity).map(readTime);
  const [algorithm, publicKey] = inside(publicKeyInfo);
  if (!algorithm || !publicKey || !publicKeyInfo || !notAfter) {
    throw new RangeError("it is not a certificate");
  }
  return {
    commonName: readCommonName(inside(subject)),
    publicKeyInfo: publicKeyInfo.bytes,
    algorithm,
    publicKey: publicKey.content.subarray(1),
    notAfter,
  };
}

function inside(value: DerValue | undefined): DerValue[] {
  if (value?.tag !== SEQUENCE) throw new RangeError("it is not a certificate");
  return readDer(value.content);
}

function readCommonName(names: DerValue[]): string {
  for (const { content } of names) {
    for (const attribute of readDer(content)) {
      const [type, value] = inside(attribute);
      if (type && value && toHex(type.content) === COMMON_NAME) {
        return new TextDecoder().decode(value.content);
      }
    }
  }
  return "";
}

/** A UTCTime has a year of two digits, a GeneralizedTime one of four. */
function readTime({ content }: DerValue): Date {
  const text = new TextDecoder().decode(content);
  const full = text.length > 13 ? text : (Number(text.slice(0, 2)) < 50 ? "20" : "19") + text;
  return new Date(full.replace(/^(....)(..)(..)(..)(..)(..).*$/, "$1-$2-$3T$4:$5:$6Z"));
}

/**
 * Checks that a client's certificate has not expired.
 *
 * @throws {ConfigError} it has expired.
 */
export function checkExpiry({ notAfter }: Pick<Certificate, "notAfter">, nowMs: number): void {
  if (notAfter.getTime() >= nowMs) return;
  throw new ConfigError(
    "credentials.cert",
    `cannot use credentials.cert: the certificate expired on ${notAfter.toISOString()}`,
  );
}

/** Encodes bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
