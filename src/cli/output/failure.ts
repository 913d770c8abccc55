/** Reports why a command has failed. @module */

import { hasCode, isErrorLike, messageOf } from "../../errors.ts";
import { fullMessageOf } from "../../error_text.ts";
import { EXIT } from "../exit_codes.ts";
import { PROGRAM } from "./help.ts";
import type { Terminal } from "../terminal.ts";

/** Errors by code: what the user can correct, and all that the server has to do with. */
const CODES: Readonly<Record<string, number>> = {
  usage: EXIT.usage,
  config: EXIT.usage,
  interrupted: EXIT.interrupted,
  connection: EXIT.server,
  timeout: EXIT.server,
  "not-found": EXIT.server,
  conflict: EXIT.server,
  validation: EXIT.server,
  unauthorized: EXIT.server,
  "not-supported": EXIT.server,
  "unreadable-answer": EXIT.server,
  "answer-too-large": EXIT.server,
  api: EXIT.server,
};

/** Writes an error to standard error, and returns the exit code. */
export function reportFailure(
  terminal: Terminal,
  error: unknown,
  command: string | undefined,
): number {
  const { code } = (error ?? {}) as { code?: unknown };
  const exitCode = CODES[String(code)] ?? EXIT.failed;
  const message = hasCode(error, "usage") ? messageOf(error) : fullMessageOf(error);
  if (terminal.json) {
    terminal.error(JSON.stringify({ type: "error", code: code ?? "unknown", message }));
    return exitCode;
  }
  // An error without a code is one of the program, or of a driver's code: its stack says where.
  const isUnknown = code === undefined && isErrorLike(error) && error.stack !== undefined;
  terminal.error(`${terminal.palette.bad("error:")} ${isUnknown ? error.stack : message}`);
  if (hasCode(error, "usage")) {
    terminal.error(`see ${[PROGRAM, command, "--help"].filter(Boolean).join(" ")}`);
  }
  return exitCode;
}
