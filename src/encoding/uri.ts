/** Parts of URLs. @module */

/** Decodes a part of a URL; returns it as it is when it is not well encoded. */
export function decodeUriPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
