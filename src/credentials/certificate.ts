/** Reads X.509 certificates. @module */

import { CONTEXT_0, type DerValue, malformed, readDer, SEQUENCE } from "./der.ts";

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

/** The bytes of the object identifier commonName. */
const COMMON_NAME = "85,4,3";

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
    throw malformed();
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
  if (value?.tag !== SEQUENCE) throw malformed();
  return readDer(value.content);
}

function readCommonName(names: DerValue[]): string {
  const [, value] = names.flatMap(({ content }) => readDer(content)).map(inside)
    .find(([type]) => String(type?.content) === COMMON_NAME) ?? [];
  return textOf(value);
}

function textOf(value?: DerValue): string {
  return new TextDecoder().decode(value?.content);
}

/** A UTCTime has a year of two digits, a GeneralizedTime one of four. */
function readTime(value: DerValue): Date {
  const text = textOf(value);
  const full = text.length > 13 ? text : (Number(text.slice(0, 2)) < 50 ? "20" : "19") + text;
  return new Date(full.replace(/^(....)(..)(..)(..)(..)(..).*$/, "$1-$2-$3T$4:$5:$6Z"));
}
