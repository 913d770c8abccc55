/** The response to `GET /health`. @module */

import { objectOf, optionalText } from "./read.ts";

/** The health of a server. */
export interface Health {
  /** The status, for example `ok`. */
  status: string;
  /** The server's time, as it sends it. */
  time: string;
}

/**
 * Reads a server's health from its wire form.
 *
 * @throws {MalformedMessageError} it is not an object.
 */
export function readHealth(value: unknown): Health {
  const object = objectOf(value, "the response");
  return { status: optionalText(object, "status"), time: optionalText(object, "time") };
}
