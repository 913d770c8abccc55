/** Reads arguments, with the parser of the platform. @module */

import { parseArgs } from "node:util";
import { messageOf } from "../errors.ts";
import type { CommandOptions } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** The options of a call, by name. */
export interface Values {
  /** Returns the value of an option; `undefined` when it is not given. */
  text(name: string): string | undefined;
  /** Returns all values of an option that may be given several times. */
  texts(name: string): readonly string[];
  /** Whether an option without a value is given. */
  flag(name: string): boolean;
  /** Returns the value of an option as a number of at least `least`. */
  number(name: string, least: number): number | undefined;
}

/** Arguments that were read. */
export interface Arguments {
  readonly positionals: readonly string[];
  readonly values: Values;
}

/**
 * Reads the arguments of a command.
 *
 * @throws {UsageError} an option is unknown, lacks its value, or has one that it does not take.
 */
export function readArguments(args: readonly string[], options: CommandOptions): Arguments {
  const { positionals, values } = parse(args, options);
  for (const [name, { choices }] of Object.entries(options)) {
    const value = values[name];
    if (choices && value !== undefined && !choices.includes(String(value))) {
      throw new UsageError(`--${name} must be one of ${choices.join(", ")}, got "${value}"`);
    }
  }
  return {
    positionals,
    values: {
      text: (name) => values[name] as string | undefined,
      texts: (name) => (values[name] ?? []) as string[],
      flag: (name) => values[name] === true,
      number: (name, least) => readNumber(name, values[name], least),
    },
  };
}

function parse(args: readonly string[], options: CommandOptions) {
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short !== undefined && { short }) },
    ]),
  );
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: known,
      allowPositionals: true,
    });
    return { positionals, values: values as Record<string, unknown> };
  } catch (cause) {
    // Node's message goes on to explain how to pass such a text as a positional argument.
    const [text = ""] = messageOf(cause).split(". ");
    throw new UsageError(text.charAt(0).toLowerCase() + text.slice(1), { cause });
  }
}

function readNumber(name: string, value: unknown, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value !== "" && Number.isFinite(number) && number >= least) return number;
  throw new UsageError(`--${name} must be a number of at least ${least}, got "${value}"`);
}
