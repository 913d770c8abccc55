/** The options of commands. @module */

/** An option of a command. */
export interface CommandOption {
  /** Whether it takes a value. */
  readonly type: "string" | "boolean";
  /** Its letter after a single dash. */
  readonly short?: string;
  /** Whether it may be given several times. */
  readonly multiple?: boolean;
  /** What its value is, for the help. */
  readonly value?: string;
  /** The values that it takes, where they are known. */
  readonly choices?: readonly string[];
  /** One line that says what it does. */
  readonly help: string;
}

/** Options by name. */
export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** The options of every command. */
export const COMMON_OPTIONS: CommandOptions = {
  json: { type: "boolean", help: "Write one JSON object a line, for scripts" },
  help: { type: "boolean", short: "h", help: "Show this help" },
};
