/** The words that a shell completes. @module */

import type { Command } from "../command.ts";
import { type CommandOption, COMMON_OPTIONS } from "../options.ts";

/** What can follow a command. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  /** Its options, with their dashes. */
  readonly options: readonly (readonly [option: string, about: CommandOption])[];
  /** Words that are arguments. */
  readonly words: readonly string[];
  /** Whether files are arguments. */
  readonly files: boolean;
}

/** Returns what can follow each command. */
export function wordsOf(commands: readonly Command[]): CommandWords[] {
  return commands.map(({ name, summary, options, completes }) => ({
    name,
    summary,
    options: Object.entries({ ...options, ...COMMON_OPTIONS })
      .map(([option, about]) => [`--${option}`, about] as const),
    words: completes === "files" ? [] : completes,
    files: completes === "files",
  }));
}
