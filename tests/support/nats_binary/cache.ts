import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT } from "../program.ts";
import { executable, isExecutable } from "./command.ts";
import type { Binary, BinarySource } from "./source.ts";
import { binaryOfRelease } from "./version.ts";

/** The folder that keeps servers from one run to the next. `npm ci` empties it. */
export const CACHE: string = join(ROOT, "node_modules", ".cache", "nats-server");

/** The name of the server's file. */
export const BINARY: string = executable("nats-server");

/** What was fetched before: the first of some releases that is there. */
export function inCache(cache: string, releases: readonly string[]): BinarySource {
  return {
    name: "the cache",
    async find() {
      for (const release of releases) {
        const path = pathOf(cache, release);
        if (await isExecutable(path)) return await binaryOfRelease(path, release);
      }
      throw new Error(`${cache} has no ${releases.join(" or ")}`);
    },
  };
}

/**
 * Puts a release into the cache. `fill` writes the server's file into an empty folder; only a file that runs and is of
 * the release goes on from there, in one step, so that other processes see all of it or nothing.
 */
export async function store(
  cache: string,
  release: string,
  fill: (folder: string) => Promise<void>,
): Promise<Binary> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "partial-"));
  try {
    await fill(folder);
    const filled = join(folder, BINARY);
    await chmod(filled, 0o755);
    const { version } = await binaryOfRelease(filled, release);
    const path = pathOf(cache, release);
    await mkdir(dirname(path), { recursive: true });
    await rename(filled, path);
    return { path, version };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pathOf(cache: string, release: string): string {
  return join(cache, release, BINARY);
}
