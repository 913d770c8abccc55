/** The errors of commands. @module */

import { ConveyorError } from "../errors.ts";
import type { CommandResult } from "./options.ts";

/** Thrown with the option `check` when a command fails. Code `command-failed`. */
export class CommandError extends ConveyorError {
  /** The class's name. */
  override name = "CommandError";
  /** How the command ended, and the last of its output. */
  readonly result: CommandResult;

  /** Creates an error about a command that ended with `result`. Arguments are left out of the message: they may hold secrets. */
  constructor(command: string, result: CommandResult) {
    const { exitCode, signal } = result;
    super(
      "command-failed",
      `"${command}" ${
        exitCode === null ? `was ended by ${signal}` : `failed with exit code ${exitCode}`
      }`,
    );
    this.result = result;
  }
}

/** The error of a command that cannot be started. Code `command-not-started`. */
export function notStarted(command: string, reason: string, cause: unknown): ConveyorError {
  return new ConveyorError("command-not-started", `cannot start "${command}": ${reason}`, {
    cause,
  });
}
