/** The error of messages that violate the protocol. @module */

import { ConveyorError, type ConveyorErrorOptions } from "../errors.ts";

/** Thrown when a message violates the protocol. Code `malformed-message`. */
export class MalformedMessageError extends ConveyorError {
  /** The class's name. */
  override name = "MalformedMessageError";

  /** Creates an error that says what is wrong with the message. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("malformed-message", message, options);
  }
}
