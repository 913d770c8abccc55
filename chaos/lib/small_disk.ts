/** A small file system that can be full, made without special rights: in a mount namespace of its own, as Linux has them. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A mounted file system. Disposing of it unmounts it. */
export interface SmallDisk extends AsyncDisposable {
  /** Where programs that run within see it. */
  readonly folder: string;
  /** The command that runs a program where the file system can be seen. */
  readonly within: readonly [command: string, ...args: string[]];
  /** Takes all room that is left. */
  fill(): Promise<void>;
  /** Gives the room back. */
  empty(): Promise<void>;
}

const CHUNK = new Uint8Array(64 * 1024);
const MOUNT = 'mount -t tmpfs -o size="$2" tmpfs "$1" && echo mounted && exec cat';

/** Mounts one, or says why it cannot be done here. */
export async function mountSmallDisk(mebibytes: number): Promise<SmallDisk | string> {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-disk-"));
  const script = ["sh", "-c", MOUNT, "sh", folder, `${mebibytes}m`];
  const holder = spawn("unshare", ["--user", "--map-root-user", "--mount", ...script], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => holder.once("close", () => resolve()));
  let complaints = "";
  holder.stderr.setEncoding("utf8").on("data", (text: string) => complaints += text);
  holder.once("error", ({ message }) => complaints += message);
  const release = async () => {
    holder.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const mounted = await Promise.race([
    once(holder.stdout, "data").then(() => true, () => false),
    ended.then(() => false),
  ]);
  if (!mounted) {
    await release();
    return complaints.trim() || "unshare says nothing";
  }
  // The files as seen from outside: through the process that keeps the namespace.
  const filler = join(`/proc/${holder.pid}/root`, folder, "filler");
  return {
    folder,
    within: [
      "nsenter",
      "--target",
      String(holder.pid),
      "--user",
      "--mount",
      "--preserve-credentials",
      "--",
    ],
    async fill() {
      await using file = await open(filler, "a");
      const isFull = ({ code }: NodeJS.ErrnoException) => {
        if (code !== "ENOSPC") throw new Error(`the disk cannot be filled: ${code}`);
        return undefined;
      };
      for (const size of [CHUNK.length, 512]) {
        while (await file.write(CHUNK, 0, size).catch(isFull));
      }
    },
    empty: () => rm(filler),
    [Symbol.asyncDispose]: release,
  };
}
