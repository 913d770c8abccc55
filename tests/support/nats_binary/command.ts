import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Environment } from "./source.ts";

const run = promisify(execFile);

/** How many of the last lines of a failed command go into its error. */
const LINES_SHOWN = 3;

/** The name of a program's file on this platform. */
export function executable(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/** The files of a name that may be run, in the order of the PATH. */
export async function commandsOnPath(name: string, env: Environment): Promise<string[]> {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = folders.map((folder) => join(folder, executable(name)));
  const usable = await Promise.all(paths.map(isExecutable));
  return paths.filter((_, at) => usable[at]);
}

/** The first file of a name on the PATH. Rejects when there is none. */
export async function commandOnPath(name: string, env: Environment): Promise<string> {
  const [first] = await commandsOnPath(name, env);
  if (first === undefined) throw new Error(`${name} is not on the PATH`);
  return first;
}

/** Whether a path is a file that may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Runs a program to its end, and resolves with its standard output. Rejects with its last lines, and the command without its options, when it fails. */
export async function runCommand(
  path: string,
  args: readonly string[],
  { env = process.env, timeoutMs = 10_000, cwd }: {
    env?: Environment;
    timeoutMs?: number;
    cwd?: string;
  } = {},
): Promise<string> {
  try {
    const { stdout } = await run(path, args, { env, cwd, timeout: timeoutMs, encoding: "utf8" });
    return stdout;
  } catch (error) {
    const { killed = false, stderr = "", message } = error as Error & {
      killed?: boolean;
      stderr?: string;
    };
    const lines = stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    const reason = killed
      ? `it ran for longer than ${timeoutMs / 1000} s`
      : lines.slice(-LINES_SHOWN).join("; ") || message;
    const command = [path, ...args.filter((arg) => !arg.startsWith("--"))].join(" ");
    throw new Error(`"${command}" failed: ${reason}`);
  }
}
