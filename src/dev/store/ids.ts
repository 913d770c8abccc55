/** The ids that the server creates. @module */

/** Creates the id of a message: 24 hexadecimal digits. */
export function messageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Creates the id of a run, a resource or a definition: a UUID. */
export function uuid(): string {
  return crypto.randomUUID();
}
