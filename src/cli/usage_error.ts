/** Errors that the user of the command line can correct. @module */

import { ConveyorError, type ConveyorErrorOptions } from "../errors.ts";

/** The arguments, or a file that they name, cannot be used. Code `usage`. */
export class UsageError extends ConveyorError {
  /** The class's name. */
  override name = "UsageError";

  /** Creates an error whose message says what to correct. */
  constructor(message: string, options: ConveyorErrorOptions = {}) {
    super("usage", message, options);
  }
}
