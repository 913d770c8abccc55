/** A Redis of its own for the measurement. @module */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accepts,
  findProgram,
  freePort,
  output,
  type RunningServer,
  startServer,
} from "./program.ts";

/** Starts a Redis that appends to a file and syncs it every second; `undefined` when none is installed. */
export async function startRedis(): Promise<RunningServer | undefined> {
  const path = await findProgram("redis-server");
  if (!path) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "peers-redis-"));
  const port = await freePort();
  const stop = await startServer(path, [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder],
    ...["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""],
    ...["--maxmemory-policy", "noeviction", "--loglevel", "warning"],
  ], () => accepts(port));
  const version = /v=(\S+)/.exec(await output(path, ["--version"]))?.[1] ?? "";
  return {
    url: `redis://127.0.0.1:${port}`,
    release: `Redis ${version}`,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}
