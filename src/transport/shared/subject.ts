/** Subjects as the wire can carry them. @module */

import { ConfigError } from "../../errors.ts";

/** Most bytes of a subject: a server hangs up on a line of more than 4096, and more than the subject is on it. */
const MOST_BYTES = 3000;

const encoder = new TextEncoder();

/**
 * Checks that a subject can be sent. White space in it would end it, and a line break would begin a command of its own.
 *
 * @throws {ConfigError} when it is empty or too long, or would break the wire's format.
 */
export function checkSubject(subject: string): void {
  // deno-lint-ignore no-control-regex
  if (subject !== "" && !/[\u0000-\u0020\u007f]/.test(subject) && !isTooLong(subject)) return;
  const shown = subject.length > 100 ? `${subject.slice(0, 100)}…` : subject;
  throw new ConfigError(
    "subject",
    `cannot use the subject ${
      JSON.stringify(shown)
    }: a subject is not empty, holds no white space and ` +
      `no control character, and takes at most ${MOST_BYTES} bytes`,
  );
}

/** Three bytes are the most that one unit of a string can take. */
function isTooLong(subject: string): boolean {
  return subject.length * 3 > MOST_BYTES && encoder.encode(subject).length > MOST_BYTES;
}
