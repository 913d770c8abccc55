/** Validates names and ids that become parts of NATS subjects. @module */

import { ConfigError } from "../errors.ts";
import { requireText } from "../validate.ts";

/**
 * Checks that a driver's name can be a durable consumer's name and a subject token.
 *
 * @throws {ConfigError} it is empty, or contains white space or one of `. * > / \`.
 * @see https://docs.nats.io/nats-concepts/jetstream/consumers
 */
export function checkDriverName(name: unknown, field = "name"): asserts name is string {
  checkToken(name, field, "a driver name", "it becomes the name of the durable consumer");
}

/**
 * Checks that a resource type can be one token of a subject.
 *
 * @throws {ConfigError} it is empty, or contains white space or one of `. * > / \`.
 */
export function checkResourceType(name: unknown, field = "resources"): asserts name is string {
  checkToken(name, field, "a resource type", "it becomes a token of a NATS subject");
}

function checkToken(name: unknown, field: string, what: string, why: string): void {
  requireText(field, name);
  // deno-lint-ignore no-control-regex
  const bad = /[\s.*>/\\\u0000-\u001f\u007f]/.exec(name as string)?.[0];
  if (bad !== undefined) {
    throw new ConfigError(
      field,
      `${field}: ${JSON.stringify(name)} cannot be ${what}, because ${why} and may not hold ${
        JSON.stringify(bad)
      }; use letters, digits, "-" and "_"`,
    );
  }
}

/** Maximum length of an id. A UUID has 36 characters. */
export const MAX_ID_LENGTH = 128;

/**
 * Whether an id from the wire may become a token of a subject, a part of a key and of a header. With a line break it would
 * end the protocol line that contains it, and the rest would be read as a line of the sender's choice.
 */
export function isSafeId(id: string): boolean {
  return id.length <= MAX_ID_LENGTH && !/[\s.*>/\\\p{Cc}\p{Cf}\p{Cs}]/u.test(id);
}
