/** PEM text. @module */

/** One block of PEM text. */
export interface PemBlock {
  /** What it says it is, for example `CERTIFICATE`. */
  readonly label: string;
  /** Its body as base64, without white space. */
  readonly base64: string;
  readonly bytes: Uint8Array;
}

/** Reads the blocks of PEM text. A block whose body is not base64 is left out: an encrypted key of the old form. */
export function readPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (
    const [, label = "", body = ""] of text.matchAll(
      /-----BEGIN ([^-]+)-----([^-]*)-----END \1-----/g,
    )
  ) {
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

/** Base64 for URLs, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
