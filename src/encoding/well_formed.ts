/** Makes text well-formed. @module */

/** Returns the text with a replacement character for each half of a surrogate pair that stands alone: UTF-8 has none. */
export function wellFormed(text: string): string {
  return text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );
}
