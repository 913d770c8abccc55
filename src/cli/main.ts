/** Finds the command of a call, and runs it. @module */

import type { Command } from "./command.ts";
import { type CommandOptions, COMMON_OPTIONS } from "./options.ts";
import { readArguments } from "./arguments.ts";
import { apply } from "./commands/apply.ts";
import { completion } from "./commands/completion.ts";
import { dev } from "./commands/dev.ts";
import { doctor } from "./commands/doctor.ts";
import { get } from "./commands/get.ts";
import { init } from "./commands/init.ts";
import { list } from "./commands/list.ts";
import { logs } from "./commands/logs.ts";
import { run } from "./commands/run.ts";
import { trigger } from "./commands/trigger.ts";
import { EXIT } from "./exit_codes.ts";
import { reportFailure } from "./output/failure.ts";
import { commandHelp, programHelp } from "./output/help.ts";
import { createTerminal } from "./output/create_terminal.ts";
import { UsageError } from "./usage_error.ts";
import { VERSION } from "../version.ts";

const COMMANDS: readonly Command[] = [
  init,
  dev,
  run,
  trigger,
  apply,
  logs,
  get,
  list,
  doctor,
  completion,
];

const TOP_OPTIONS: CommandOptions = {
  ...COMMON_OPTIONS,
  version: { type: "boolean", short: "v", help: "Show the version" },
};

/** Runs the command that arguments name, and returns the exit code. Never rejects: a failure is written to standard error. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const terminal = createTerminal({ json: args.includes("--json") });
  const [name = "", ...rest] = args;
  const command = COMMANDS.find((each) => each.name === name);
  try {
    if (!command) return runAlone(args);
    const options = { ...command.options, ...COMMON_OPTIONS };
    if (wantsHelp(rest)) {
      terminal.line(commandHelp(command, terminal.palette));
      return EXIT.ok;
    }
    const { positionals, values } = readArguments(rest, options);
    return await command.run({ positionals, values, terminal, commands: COMMANDS });
  } catch (error) {
    return reportFailure(terminal, error, command?.name);
  }

  function runAlone(args: readonly string[]): number {
    if (name !== "" && !name.startsWith("-") && name !== "help") {
      const known = COMMANDS.map((each) => each.name).join(", ");
      throw new UsageError(`there is no command ${name}: use ${known}`);
    }
    const { values, positionals: [, about] } = readArguments(args, TOP_OPTIONS);
    if (values.flag("version")) terminal.value({ version: VERSION }, () => VERSION);
    else {
      const found = COMMANDS.find((each) => each.name === about);
      terminal.line(
        found ? commandHelp(found, terminal.palette) : programHelp(COMMANDS, terminal.palette),
      );
    }
    return EXIT.ok;
  }
}

/** Also where other arguments are wrong. */
function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}
