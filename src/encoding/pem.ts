/** PEM text: certificates and keys. @module */

/** One block of PEM text. */
export interface PemBlock {
  /** The label, for example `CERTIFICATE`. */
  readonly label: string;
  /** The body as base64, without white space. */
  readonly base64: string;
  readonly bytes: Uint8Array;
}

const BLOCK = /-----BEGIN ([^-]+)-----([^]*?)-----END \1-----/g;

/** Reads the blocks of PEM text. Skips blocks whose body is not base64, such as traditional encrypted keys. */
export function readPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label = "", body = ""] of text.matchAll(BLOCK)) {
    const base64 = body.replace(/\s/g, "");
    if (base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
      blocks.push({ label, base64, bytes: fromBase64(base64) });
    }
  }
  return blocks;
}

function fromBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
