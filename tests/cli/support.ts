import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  commandFor,
  currentRuntime,
  type Program,
  type ProgramOptions,
  ROOT,
  runProgram,
  startProgram,
} from "../support/program.ts";

const MAIN = `${ROOT}src/cli/mod.ts`;

/** Variables that would lead a command elsewhere. */
const OWN_ENV = { CONVEYOR_SERVER_URL: undefined, NATS_URL: undefined, FORCE_COLOR: undefined };

/** Runs the command line on this test's runtime, to its end. */
export async function cli(
  args: string[],
  options: ProgramOptions = {},
): Promise<{ code: number | null; output: string }> {
  return await runProgram(...invocation(args), withEnv(options));
}

/** Starts the command line on this test's runtime. */
export function startCli(args: string[], options: ProgramOptions = {}): Program {
  return startProgram(...invocation(args), withEnv(options));
}

/** On Node, drivers take a loader: the folder of a test finds this package in TypeScript. */
function invocation(args: string[]): [command: string, args: string[]] {
  const { command, args: own } = commandFor(currentRuntime(), MAIN);
  const loader = currentRuntime() === "node" && args.some((arg) => /\.[jt]s$/.test(arg))
    ? ["--import", "tsx"]
    : [];
  return [command, [...loader, ...own, ...args]];
}

function withEnv(options: ProgramOptions): ProgramOptions {
  return { ...options, env: { ...OWN_ENV, ...options.env } };
}

/** A driver file of this folder. */
export function driverFile(name: string): string {
  return `${ROOT}tests/cli/drivers/${name}`;
}

/** A running `dev`, and the environment by which other commands find it. */
export interface Dev extends AsyncDisposable {
  readonly program: Program;
  readonly url: string;
  readonly env: Record<string, string>;
}

/** Starts `dev` on a free port, and waits until its drivers are bound. */
export async function startDev(args: string[], options: ProgramOptions = {}): Promise<Dev> {
  const program = startCli(["dev", "--port", "0", ...args], options);
  await program.saw("ready");
  const [url = ""] = /http:\/\/127[\d.:]+/.exec(program.output) ?? [];
  return {
    program,
    url,
    env: { CONVEYOR_SERVER_URL: url },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** A folder of files. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  /** Writes a file, and returns its path. */
  write(name: string, text: string): Promise<string>;
}

/**
 * Creates a folder in the project, where the package's name leads to its sources on every runtime. It is hidden from what reads
 * the project meanwhile, as the demo does.
 */
export async function createFolder(): Promise<Folder> {
  const path = await mkdtemp(`${ROOT}tests/cli/.folder-`);
  return {
    path,
    async write(name, text) {
      const file = join(path, name);
      await writeFile(file, text);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** The lines of an output as JSON. */
export function jsonLines(output: string): Record<string, unknown>[] {
  return output.trim().split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}
