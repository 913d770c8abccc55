/** Which names the wire allows. @module */

import { ConfigError } from "../errors.ts";
import { requireText } from "../validate.ts";

/**
 * Checks that a driver's name can be a durable consumer's name and a subject token.
 *
 * @throws {ConfigError} when it is empty or holds white space or one of `. * > / \`.
 * @see https://docs.nats.io/nats-concepts/jetstream/consumers
 */
export function checkDriverName(name: unknown, field = "name"): asserts name is string {
  checkToken(name, field, "a driver name", "it becomes the name of the durable consumer");
}

/**
 * Checks that a resource type can be one token of a subject.
 *
 * @throws {ConfigError} when it is empty or holds white space or one of `. * > / \`.
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

/** Most characters of an id: a UUID has 36. */
const MOST_ID_LENGTH = 128;

/**
 * Whether an id off the wire can be trusted to become a token of a subject, part of a key and of a header. One with a line break
 * in it would end the message it names, and begin another of the sender's choice.
 */
export function isSafeId(id: string): boolean {
  return id.length <= MOST_ID_LENGTH && !/[\s.*>/\\\p{Cc}\p{Cf}\p{Cs}]/u.test(id);
}
