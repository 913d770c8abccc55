/** The commands of the command line, as `--help`, the completion and the dispatch see them. @module */

import type { Values } from "./arguments.ts";
import type { CommandOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** A call of a command. */
export interface Invocation {
  /** The arguments that are no options. */
  readonly positionals: readonly string[];
  /** The options. */
  readonly values: Values;
  /** Where output goes. */
  readonly terminal: Terminal;
  /** All commands. */
  readonly commands: readonly Command[];
}

/** A command. */
export interface Command {
  /** Its name. */
  readonly name: string;
  /** What its positional arguments are, as the help writes them. */
  readonly arguments: string;
  /** What the arguments are, for the completion: files, words, or nothing. */
  readonly completes: "files" | readonly string[];
  /** One line that says what it does. */
  readonly summary: string;
  /** What else there is to know. */
  readonly details?: string;
  /** Its options, besides those of all commands. */
  readonly options: CommandOptions;
  /** Command lines after its name, and what each does. At least one. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Runs it, and returns the exit code. */
  run(invocation: Invocation): Promise<number>;
}
