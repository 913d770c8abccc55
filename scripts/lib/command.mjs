/** Runs other programs and keeps what they print. */

import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const BINARIES = join(ROOT, "node_modules", ".bin");

/**
 * What came of a program.
 *
 * @typedef {{ ok: boolean, code: number | null, output: string, ms: number }} Outcome
 */

/**
 * Runs a program in the project's folder, with the project's own tools first on the PATH. Never rejects.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string> | undefined }} [options] `env` comes on top of this process's own.
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { env = {} } = {}) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: {
        ...process.env,
        NO_COLOR: "1",
        ...env,
        PATH: `${BINARIES}${delimiter}${process.env.PATH ?? ""}`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => output += text);
    }
    const end = (/** @type {number | null} */ code) =>
      resolve({ ok: code === 0, code, output, ms: performance.now() - started });
    child.on("error", (error) => {
      output += `cannot run ${command}: ${error.message}\n`;
      end(null);
    });
    child.on("close", end);
  });
}
