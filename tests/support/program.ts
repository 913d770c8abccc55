import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledProgram } from "./bundled_program.ts";

/** The project's folder. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** A runtime that programs can be started on. */
export type Runtime = "node" | "deno" | "bun";

/** All of them. */
export const RUNTIMES: readonly Runtime[] = ["node", "deno", "bun"];

/** The runtime that this test runs on. */
export function currentRuntime(): Runtime {
  const versions = process.versions as Record<string, string | undefined>;
  return versions["deno"] ? "deno" : versions["bun"] ? "bun" : "node";
}

/** The runtime's own binary, so that a signal sent to the process reaches it. */
export function binaryOf(runtime: Runtime): string {
  if (runtime === currentRuntime()) return process.execPath;
  if (runtime === "node") return nodeBinary();
  const binary = `${ROOT}node_modules/deno/deno`;
  return runtime === "deno" && existsSync(binary) ? binary : `${ROOT}node_modules/.bin/${runtime}`;
}

/** Node on the PATH. Bun puts a `node` of its own before it, which is Bun. */
function nodeBinary(): string {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const binary = join(folder, "node");
    if (!folder.includes("bun-node") && existsSync(binary)) return binary;
  }
  throw new Error("the tests start programs on Node, and there is no node on the PATH");
}

/** The command that runs a TypeScript file of this project on a runtime. */
export function commandFor(runtime: Runtime, file: string): { command: string; args: string[] } {
  const args = {
    node: () =>
      currentRuntime() === "node" ? [bundledProgram(ROOT, file)] : ["--import", "tsx", file],
    deno: () => ["run", "-A", file],
    bun: () => ["--no-install", file],
  };
  return { command: binaryOf(runtime), args: args[runtime]() };
}

/** How to start a program. */
export interface ProgramOptions {
  cwd?: string;
  /** Variables that it gets besides those of this process. `undefined` takes one away. */
  env?: Record<string, string | undefined>;
  /** Whether signals go to the program and to all that it has started, as they do from a terminal. @default {false} */
  group?: boolean;
}

/** A running program whose output is kept. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** What it has written so far to standard output and standard error. */
  readonly output: string;
  /** Resolves with the exit code when it has ended: `null` when a signal ended it. */
  readonly exit: Promise<number | null>;
  /** Resolves when the output holds the text, from a position on. Rejects, with the output, when the program ends before. */
  saw(text: string, from?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program. Disposing of it ends it. */
export function startProgram(
  command: string,
  args: string[],
  options: ProgramOptions = {},
): Program {
  const { cwd = ROOT, env = {}, group = false } = options;
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: group,
  });
  const target = child.pid === undefined ? undefined : group ? -child.pid : child.pid;
  const output = collect(child);
  let ended = false;
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  }).finally(() => {
    ended = true;
    output.changed();
  });
  exit.catch(() => undefined); // Awaiting `exit` is optional; those who do see the error.
  return {
    pid: child.pid ?? 0,
    get output() {
      return output.text();
    },
    exit,
    async saw(text, from) {
      while (!output.text().includes(text, from)) {
        if (ended) {
          throw new Error(`it ended before it wrote ${JSON.stringify(text)}:\n${output.text()}`);
        }
        await output.next();
      }
    },
    kill: (signal) => send(target, signal),
    async [Symbol.asyncDispose]() {
      if (!ended) send(target, "SIGKILL");
      await exit.catch(() => undefined);
    },
  };
}

/** Runs a program to its end. */
export async function runProgram(
  command: string,
  args: string[],
  options?: ProgramOptions,
): Promise<{ code: number | null; output: string }> {
  await using program = startProgram(command, args, options);
  const code = await program.exit;
  return { code, output: program.output };
}

/** Not `child.kill`: after that, Deno reports the signal as the end, whatever the exit code was. */
function send(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // It has just ended by itself.
  }
}

function collect(child: ChildProcess) {
  let text = "";
  const waiting: (() => void)[] = [];
  const changed = () => {
    for (const wake of waiting.splice(0)) wake();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      changed();
    });
  }
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { text: () => text, changed, next };
}
