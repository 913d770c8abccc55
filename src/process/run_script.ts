/** Runs a shell script. @module */

import { invalidOption } from "../validate.ts";
import type { CommandOptions, CommandResult } from "./options.ts";
import { run } from "./run.ts";

/** Options of {@linkcode runScript}. */
export interface ScriptOptions extends CommandOptions {
  /**
   * The shell and its arguments before the script.
   *
   * @default ["sh", "-ec"], which stops at the first command that fails; on Windows PowerShell
   */
  shell?: readonly [string, ...string[]];
  /** The script's arguments, `$1` and on. Pass values of a resource here or in `env`, never as part of the script. */
  args?: readonly string[];
}

/**
 * Runs a shell script as `run` runs a program.
 *
 * @throws what `run` throws.
 *
 * @example
 * ```ts
 * import { createLogger } from "@conveyor/driver";
 * import { runScript } from "@conveyor/driver/process";
 *
 * await using logger = createLogger({ driver: "build", runId: "1" });
 * const script = `
 *   npm ci
 *   npm test -- --project "$1"
 * `;
 * const { success } = await runScript(script, { logger, args: ["web"] });
 * ```
 */
export async function runScript(
  script: string,
  options: ScriptOptions = {},
): Promise<CommandResult> {
  const { shell = defaultShell(), args = [], ...rest } = options;
  if (!Array.isArray(shell) || shell.length === 0) {
    throw invalidOption("shell", `a list such as ["bash", "-ec"]`, shell);
  }
  const [command, ...before] = shell;
  // The first argument after the script is `$0`.
  const name = process.platform === "win32" ? [] : [command];
  return await run(
    command,
    [...before, script, ...(args.length > 0 ? [...name, ...args] : [])],
    rest,
  );
}

function defaultShell(): readonly [string, ...string[]] {
  return process.platform === "win32"
    ? ["powershell", "-NoProfile", "-NonInteractive", "-Command"]
    : ["sh", "-ec"];
}
