/** A PostgreSQL of its own for the measurement. @module */

import { chown, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  findProgram,
  foldersOf,
  freePort,
  output,
  type RunningServer,
  startServer,
  type User,
} from "./program.ts";

/** Starts a PostgreSQL with the settings of a new cluster; `undefined` when none is installed. */
export async function startPostgres(): Promise<RunningServer | undefined> {
  const releases = await foldersOf("/usr/lib/postgresql"); // Debian keeps them off the PATH.
  const initdb = await findProgram(
    "initdb",
    releases.map((folder) => join(folder, "bin")),
  );
  if (!initdb) return undefined;
  const folderOfPrograms = dirname(await realpath(initdb)); // The PATH may link to some of them only.
  const server = join(folderOfPrograms, "postgres");
  const user = await userOfServer();
  const folder = await mkdtemp(join(tmpdir(), "peers-postgres-"));
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  await output(initdb, [
    "-D",
    data,
    "-A",
    "trust",
    "-U",
    "postgres",
    "-E",
    "UTF8",
  ], user);
  const port = await freePort();
  const args = [
    "-D",
    data,
    "-p",
    String(port),
    "-c",
    "listen_addresses=127.0.0.1",
  ];
  args.push(
    "-c",
    `unix_socket_directories=${folder}`,
    "-c",
    "log_min_messages=fatal",
  );
  const ask = ["-q", "-h", "127.0.0.1", "-p", String(port)];
  const isReady = () =>
    output(join(folderOfPrograms, "pg_isready"), ask).then(
      () => true,
      () => false,
    );
  const stop = await startServer(server, args, isReady, user);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    release: (await output(server, ["--version"], user)).replace(
      /^postgres \((\w+)\)/,
      "$1",
    )
      .replace(/ \(.*/, ""),
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** It does not run as root: then it runs as its own user. */
async function userOfServer(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (kind: string) => Number(await output("/usr/bin/id", [kind, "postgres"]));
  return { uid: await id("-u"), gid: await id("-g") };
}
