/** Validation of subjects. @module */

import { ConfigError } from "../../errors.ts";

/** A server closes the connection at a protocol line of more than 4096 bytes, which holds more than the subject. */
const MAX_BYTES = 3000;

const encoder = new TextEncoder();

/**
 * Checks a subject. In the protocol, white space would end the subject, and a line break would start another command.
 *
 * @throws {ConfigError} when the subject is empty, too long, or contains white space or control characters.
 */
export function checkSubject(subject: string): void {
  // deno-lint-ignore no-control-regex
  if (subject !== "" && !/[\u0000-\u0020\u007f]/.test(subject) && !isTooLong(subject)) return;
  const shown = subject.length > 100 ? `${subject.slice(0, 100)}…` : subject;
  throw new ConfigError(
    "subject",
    `cannot use the subject ${
      JSON.stringify(shown)
    }: a subject must not be empty, contain white space or ` +
      `control characters, or be longer than ${MAX_BYTES} bytes`,
  );
}

/** One UTF-16 code unit is at most three bytes of UTF-8. */
function isTooLong(subject: string): boolean {
  return subject.length * 3 > MAX_BYTES && encoder.encode(subject).length > MAX_BYTES;
}
