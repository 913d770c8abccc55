/** Reads and writes the DER of certificates and keys. @module */

/** A DER value. */
export interface DerValue {
  readonly tag: number;
  /** The content, without tag and length. */
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly bytes: Uint8Array;
}

/** Tag of an INTEGER. */
export const INTEGER = 0x02;
/** Tag of a BIT STRING. */
export const BIT_STRING = 0x03;
/** Tag of an OCTET STRING. */
export const OCTET_STRING = 0x04;
/** Tag of a SEQUENCE. */
export const SEQUENCE = 0x30;
/** Tag of the context-specific field 0. */
export const CONTEXT_0 = 0xa0;
/** Tag of the context-specific field 1. */
export const CONTEXT_1 = 0xa1;

/** Reads consecutive values. @throws {RangeError} the last value is cut short. */
export function readDer(bytes: Uint8Array): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const tag = byteAt(bytes, at++);
    let length = byteAt(bytes, at++);
    if (length >= 0x80) {
      let count = length & 0x7f;
      for (length = 0; count > 0; count--) length = length * 256 + byteAt(bytes, at++);
    }
    if (at + length > bytes.length) throw malformed();
    values.push({
      tag,
      content: bytes.subarray(at, at + length),
      bytes: bytes.subarray(start, at += length),
    });
  }
  return values;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw malformed();
  return byte;
}

/** Creates the error of what is no certificate, or no key. */
export function malformed(): RangeError {
  return new RangeError("its DER is malformed");
}

/** Encodes a value with the given content. */
export function writeDer(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | size.length, ...size];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Whether two byte strings are equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
