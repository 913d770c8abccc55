/** What a figure was measured on. */

import { execFile } from "node:child_process";
import { arch, availableParallelism, platform, totalmem } from "node:os";
import { promisify } from "node:util";
import { findNatsServer } from "../../tests/support/nats_binary.ts";
import { binaryOf, type Runtime } from "../../tests/support/program.ts";

const run = promisify(execFile);

/** The machine, in a few words. */
export function describeMachine(): string {
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} cores, ${memory} GiB, ${platform()} ${arch()}`;
}

/** The version of a runtime. */
export async function runtimeVersion(runtime: Runtime): Promise<string> {
  return await versionOf(binaryOf(runtime));
}

/** The version of the server. */
export async function serverVersion(): Promise<string> {
  return await versionOf(await findNatsServer());
}

async function versionOf(binary: string): Promise<string> {
  const { stdout } = await run(binary, ["--version"]);
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout.trim();
}
