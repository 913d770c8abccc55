/** Creates the terminal. @module */

import process from "node:process";
import { readSetting } from "../../settings.ts";
import type { Terminal } from "../terminal.ts";
import { createPalette } from "./palette.ts";

/** Creates the terminal of this process. Colours follow `NO_COLOR` and `FORCE_COLOR`, and are left out when output is piped. */
export function createTerminal({ json }: { json: boolean }): Terminal {
  const { stdout, stderr } = process;
  const isTerminal = stdout.isTTY === true;
  const coloured = !json && !readSetting("noColor") && (readSetting("forceColor") ?? isTerminal);
  const terminal: Terminal = {
    json,
    isInteractive: isTerminal && !json && process.env["TERM"] !== "dumb",
    get width() {
      return stdout.columns ?? 80;
    },
    palette: createPalette(coloured),
    line: (text = "") => void stdout.write(`${text}\n`),
    write: (text) => void stdout.write(text),
    error: (text) => void stderr.write(`${text}\n`),
    value: (value, describe) => terminal.line(json ? JSON.stringify(value) : describe()),
  };
  return terminal;
}

/** Ends the process quietly when what reads its output has ended, as in `conveyor-driver logs … | head`. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
