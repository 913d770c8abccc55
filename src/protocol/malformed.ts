/** What a message that breaks the protocol is reported as. @module */

import { ConveyorError, type ConveyorErrorOptions } from "../errors.ts";

/** A message from the wire that cannot be understood. Code `malformed-message`. */
export class MalformedMessageError extends ConveyorError {
  /** The class's name. */
  override name = "MalformedMessageError";

  /** Makes an error that says what is wrong with the message. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("malformed-message", message, options);
  }
}
