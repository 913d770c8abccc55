/** Finds and runs the programs of other servers. @module */

import { execFile, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { endWithParent } from "../../../tests/support/end_with_parent.ts";

/** A server that is not ready after this time is given up, in milliseconds. */
const START_MS = 30_000;

/** A server that runs until it is disposed of. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Name and release, as it says itself. */
  readonly release: string;
}

/** A user to run a program as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Finds a program on the PATH or in one of the folders; `undefined` when there is none. */
export async function findProgram(
  name: string,
  folders: readonly string[] = [],
): Promise<string | undefined> {
  for (
    const folder of [
      ...(process.env["PATH"] ?? "").split(delimiter),
      ...folders,
    ]
  ) {
    const path = join(folder, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

/** The folders of a folder, the newest release first; none when it is not there. */
export async function foldersOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const newest = names.sort((a, b) => b.localeCompare(a, undefined, { numeric: true }));
  return newest.map((name) => join(folder, name));
}

/** Runs a program to its end, and gives what it has printed. */
export async function output(
  path: string,
  args: readonly string[],
  as?: User,
): Promise<string> {
  const { stdout } = await promisify(execFile)(path, [...args], { ...as });
  return stdout.trim();
}

/** A port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") {
    throw new Error("no port is free");
  }
  return address.port;
}

/** Starts a server, and waits until it is ready; the function it gives ends it. */
export async function startServer(
  path: string,
  args: readonly string[],
  isReady: () => Promise<boolean>,
  as?: User,
): Promise<() => Promise<void>> {
  const child = spawn(path, [...args], {
    stdio: ["ignore", "ignore", "inherit"],
    ...as,
  });
  const ended = once(child, "exit");
  if (child.pid !== undefined) void ended.then(endWithParent(child.pid));
  const latest = performance.now() + START_MS;
  while (!await isReady()) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${path} has ended with ${child.exitCode ?? child.signalCode}`);
    }
    if (performance.now() > latest) {
      child.kill("SIGKILL");
      throw new Error(`${path} is not ready after ${START_MS} ms`);
    }
    await sleep(20);
  }
  return async () => {
    child.kill("SIGINT");
    await ended;
  };
}

/** Whether something listens at a port. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
