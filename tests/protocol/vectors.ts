import { readFileSync } from "node:fs";

/** Reads a file of golden vectors: what stands on the wire, written down from the protocol and not made by this code. */
export function readVectors<T>(name: string): T {
  return JSON.parse(
    readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), "utf8"),
  ) as T;
}

/** The UTF-8 bytes of text. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text of UTF-8 bytes. */
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
