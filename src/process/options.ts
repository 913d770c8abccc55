/** The options and the result of a command. @module */

import { ConfigError } from "../errors.ts";
import type { Logger, WritableOptions } from "../logger/logger.ts";
import { invalidOption, requireGrace, requirePositive, requireTimeout } from "../validate.ts";

/** Options of `run` and `runScript`. All have a default. */
export interface CommandOptions {
  /** The log that the output is written to, line by line. Without it, the output is only in the result. */
  logger?: Logger | undefined;
  /**
   * Ends the command and all processes that it has started when it aborts. Pass the `signal` of the reconcile: it aborts on a
   * time-out, on a lost lease and when the shutdown grace period expires.
   */
  signal?: AbortSignal | undefined;
  /** The folder that it runs in. @default the folder of this process */
  cwd?: string | undefined;
  /** Environment variables besides those of this process. A value of `undefined` removes a variable. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Environment variables whose values are secrets: they are masked in the log. */
  secretEnv?: Readonly<Record<string, string>>;
  /** Whether the command does not get the environment of this process. @default {false} */
  clearEnv?: boolean;
  /** Secrets to mask in the log, besides those of `secretEnv`. */
  secrets?: Iterable<string>;
  /** What the command reads from standard input. @default nothing */
  stdin?: string | Uint8Array | ReadableStream<Uint8Array>;
  /** How standard output is logged. @default level `info`, label `stream: "stdout"` */
  stdout?: OutputOptions;
  /** How standard error is logged. Many programs report progress there. @default level `info`, label `stream: "stderr"` */
  stderr?: OutputOptions;
  /** Whether terminal colours in the output are kept in the log. @default {"keep"} */
  colors?: "keep" | "strip";
  /** Time limit, in milliseconds. Then the processes are ended, and the call rejects with a `TimeoutError`. @default no limit */
  timeoutMs?: number;
  /** Time between SIGTERM and SIGKILL when the processes are ended, in milliseconds. @default {3000} */
  killGraceMs?: number;
  /** Most bytes of output that are logged; the rest is read and dropped, and a line reports it. @default {104857600} */
  maxOutputBytes?: number;
  /** Most bytes that the result keeps of each stream: the last ones. @default {1048576} */
  maxResultBytes?: number;
  /** Whether a command that fails throws a `CommandError`. @default {false} */
  check?: boolean;
}

/** How one stream of a command is logged. */
export interface OutputOptions extends WritableOptions {
  /** Whether it is logged: `false` for output that is read from the result only, such as a token. @default {true} */
  log?: boolean;
  /** Where the bytes go besides, as they are: for binary output. Closed at the end of the output. */
  to?: WritableStream<Uint8Array>;
}

/** How a command ended. */
export interface CommandResult {
  /** Whether it ended by itself with exit code 0. */
  readonly success: boolean;
  /** The exit code; `null` when a signal ended it. */
  readonly exitCode: number | null;
  /** The signal that ended it, such as `SIGSEGV`; otherwise `null`. */
  readonly signal: string | null;
  /** The last of standard output as text, secrets included: what a reconcile returns is masked by the manager. */
  readonly stdout: string;
  /** The last of standard error as text, secrets included. */
  readonly stderr: string;
  /** Whether `stdout` or `stderr` lacks the beginning, because the output was longer than `maxResultBytes`. */
  readonly truncated: boolean;
  /** How long it ran, in milliseconds. */
  readonly durationMs: number;
}

/** Options with their defaults. */
export interface ResolvedCommand
  extends Required<Pick<CommandOptions, "killGraceMs" | "maxOutputBytes" | "maxResultBytes">> {
  readonly colors: "keep" | "strip";
  readonly timeoutMs: number;
}

/**
 * Checks a command and its options, and applies the defaults.
 *
 * @throws {ConfigError} when one is invalid; it names the field.
 */
export function resolveCommand(
  command: unknown,
  args: unknown,
  options: CommandOptions,
): ResolvedCommand {
  const {
    colors = "keep",
    timeoutMs = Infinity,
    killGraceMs = 3000,
    maxOutputBytes = 100 * 1024 * 1024,
    maxResultBytes = 1024 * 1024,
  } = options;
  requireProgramText("command", command);
  if (command === "") throw invalidOption("command", "the name or the path of a program", command);
  if (!Array.isArray(args)) throw invalidOption("args", "a list of texts", args);
  for (const arg of args) requireProgramText("args", arg);
  if (colors !== "keep" && colors !== "strip") {
    throw invalidOption("colors", `"keep" or "strip"`, colors);
  }
  requireTimeout("timeoutMs", timeoutMs);
  requireGrace("killGraceMs", killGraceMs);
  requirePositive("maxOutputBytes", maxOutputBytes);
  if (maxResultBytes !== 0) requirePositive("maxResultBytes", maxResultBytes);
  return { colors, timeoutMs, killGraceMs, maxOutputBytes, maxResultBytes };
}

/** A NUL would end the text for the system, and so hide what follows it. */
function requireProgramText(field: string, value: unknown): void {
  if (typeof value !== "string") throw invalidOption(field, "text", value);
  if (value.includes("\0")) {
    throw new ConfigError(field, `${field} must be text without a NUL character`);
  }
}
