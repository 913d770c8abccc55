/** The form of the lines that drivers write on the console. @module */

import process from "node:process";
import type { Terminal } from "../terminal.ts";

/** Makes the console's lines readable, also where output is piped, or JSON with `--json`. The environment takes precedence. */
export function setConsoleFormat({ json }: Terminal): void {
  process.env["CONVEYOR_LOG_FORMAT"] = json
    ? "json"
    : process.env["CONVEYOR_LOG_FORMAT"] || "pretty";
}
