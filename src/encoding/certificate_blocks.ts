/** The certificates in PEM text. @module */

/** Returns each certificate in PEM text, as PEM text. Does not parse them. */
export function certificateBlocks(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
}
