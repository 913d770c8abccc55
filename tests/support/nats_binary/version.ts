import { runCommand } from "./command.ts";
import type { Binary } from "./source.ts";

/** Resolves with a nats-server that is 2.10 or newer: the first that serves two filter subjects. Rejects for others. */
export async function recentBinary(path: string): Promise<Binary> {
  const version = await versionOf(path);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 2 || (major === 2 && minor >= 10)) return { path, version };
  throw new Error(`${path} is ${version}, needs 2.10 or newer`);
}

/** Resolves with a nats-server that is of a release such as `v2.10.27`. Rejects for others. */
export async function binaryOfRelease(path: string, release: string): Promise<Binary> {
  const version = await versionOf(path);
  if (`v${version}` === release) return { path, version };
  throw new Error(`${path} is ${version}, needs ${release}`);
}

async function versionOf(path: string): Promise<string> {
  const output = await runCommand(path, ["--version"]);
  const version = /\bv(\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`${path} is not a nats-server`);
  return version;
}
