/** What of an X.509 certificate a client needs to know. @module */

import { ConfigError } from "../errors.ts";
import { CONTEXT_0, type DerValue, readDer, SEQUENCE } from "./der.ts";

/** A certificate, read. */
export interface Certificate {
  /** The subject's common name; empty when it has none. */
  readonly commonName: string;
  /** The public key with its algorithm, DER. */
  readonly publicKeyInfo: Uint8Array;
  /** The algorithm of the public key, DER: an AlgorithmIdentifier. */
  readonly algorithm: DerValue;
  /** The public key itself: an RSAPublicKey or a point. */
  readonly publicKey: Uint8Array;
  /** Until when it counts. */
  readonly notAfter: Date;
}

const COMMON_NAME = "550403";

/**
 * Reads a certificate. Throws when the bytes are not one.
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
    throw new RangeError("it is no certificate");
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
  if (value?.tag !== SEQUENCE) throw new RangeError("it is no certificate");
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

/** UTCTime has two digits for the year, GeneralizedTime four. */
function readTime({ content }: DerValue): Date {
  const text = new TextDecoder().decode(content);
  const full = text.length > 13 ? text : (Number(text.slice(0, 2)) < 50 ? "20" : "19") + text;
  return new Date(full.replace(/^(....)(..)(..)(..)(..)(..).*$/, "$1-$2-$3T$4:$5:$6Z"));
}

/**
 * Checks that a client's certificate still counts.
 *
 * @throws {ConfigError} when it has expired.
 */
export function checkExpiry({ notAfter }: Pick<Certificate, "notAfter">, nowMs: number): void {
  if (notAfter.getTime() >= nowMs) return;
  throw new ConfigError(
    "credentials.cert",
    `cannot use credentials.cert: the certificate expired on ${notAfter.toISOString()}; pass one that is valid`,
  );
}

/** Bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
