/** What a server answers when it is asked how it is. @module */

import { objectOf, optionalText } from "./read.ts";

/** How a server is. */
export interface Health {
  /** The server's word, for example `ok`. */
  status: string;
  /** The server's time, as it gives it. */
  time: string;
}

/**
 * Reads a server's health off parsed JSON.
 *
 * @throws {MalformedMessageError} when it is not an object.
 */
export function readHealth(value: unknown): Health {
  const object = objectOf(value, "the answer");
  return { status: optionalText(object, "status"), time: optionalText(object, "time") };
}
