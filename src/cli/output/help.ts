/** The texts of `--help`. @module */

import { VERSION } from "../../version.ts";
import type { Command } from "../command.ts";
import { type CommandOptions, COMMON_OPTIONS } from "../options.ts";
import { columns } from "./columns.ts";
import type { Palette } from "../terminal.ts";

/** The name of the program. */
export const PROGRAM = "conveyor-driver";

/** Writes the help of the program. */
export function programHelp(commands: readonly Command[], { bold }: Palette): string {
  const rows = commands.map((command) => [`  ${command.name}`, command.summary]);
  return `${PROGRAM} ${VERSION}: drivers of Conveyor CI, from the first line to production

${bold("Usage")}
  ${PROGRAM} COMMAND [arguments] [options]

${bold("Commands")}
${columns(rows)}

${bold("Options")}
${columns([...optionRows(COMMON_OPTIONS), ["  -v, --version", "Show the version"]])}

${bold("Exit codes")}
${
    columns([
      ["  0", "done, or the run succeeded"],
      ["  1", "the run failed, doctor found a fault, or a driver's code failed"],
      ["  2", "the arguments, a file or a setting cannot be used"],
      ["  3", "the server cannot be reached, or has refused the call"],
      ["  130", "interrupted"],
    ])
  }

${PROGRAM} COMMAND --help shows a command's options, with examples.`;
}

/** Writes the help of a command. */
export function commandHelp(command: Command, { bold, dim }: Palette): string {
  const usage = [PROGRAM, command.name, command.arguments, "[options]"].filter(Boolean).join(" ");
  const examples = command.examples.map(([line, what]) =>
    `  ${dim(`# ${what}`)}\n  ${PROGRAM} ${command.name}${line && ` ${line}`}`
  );
  return [
    `${command.summary}.`,
    ...(command.details === undefined ? [] : [command.details]),
    `${bold("Usage")}\n  ${usage}`,
    `${bold("Options")}\n${
      columns([...optionRows(command.options), ...optionRows(COMMON_OPTIONS)])
    }`,
    `${bold("Examples")}\n${examples.join("\n")}`,
  ].join("\n\n");
}

function optionRows(options: CommandOptions): string[][] {
  return Object.entries(options).map(([name, { short, value, choices, help }]) => {
    const letter = short === undefined ? "    " : `-${short}, `;
    const what = choices ? choices.join("|") : value;
    return [`  ${letter}--${name}${what === undefined ? "" : ` ${what}`}`, help];
  });
}
