/** PEM text: certificates and keys. @module */

/** One block of PEM text. */
export interface PemBlock {
  /** What it says it is, for example `CERTIFICATE`. */
  readonly label: string;
  /** Its body as base64, without white space. */
  readonly base64: string;
  readonly bytes: Uint8Array;
}

/** Splits PEM text: each block as it stands, its label and its body. */
function splitPem(text: string): Iterable<RegExpMatchArray> {
  return text.matchAll(/-----BEGIN ([^-]+)-----([^]*?)-----END \1-----/g);
}

/** Gives the certificates in PEM text, each as PEM text. Whether they can be read is not checked. */
export function certificateBlocks(text: string): string[] {
  return Array.from(splitPem(text)).filter(([, label]) => label === "CERTIFICATE")
    .map(([block]) => block);
}

/** Reads the blocks of PEM text. Leaves out those whose body is not base64, such as encrypted keys of the old form. */
export function readPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label = "", body = ""] of splitPem(text)) {
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
