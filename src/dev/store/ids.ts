/** The ids that the server gives. @module */

/** A message's id: 24 hexadecimal digits. */
export function messageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The id of a run, a resource or a definition: a UUID. */
export function uuid(): string {
  return crypto.randomUUID();
}
