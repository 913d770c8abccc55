/** What the tests of the search for a nats-server work with: a machine that has nothing but what a test puts on it. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { searchNatsServer } from "../nats_binary.ts";
import type { FoundBinary } from "./source.ts";

/** A machine with an empty PATH, an empty cache and no release page. Disposing of it removes its files. */
export interface BareMachine extends AsyncDisposable {
  /** Its one folder on the PATH. */
  readonly bin: string;
  readonly cache: string;
  readonly env: Record<string, string>;
  /** Puts a program on the PATH, and resolves with its path. */
  addProgram(name: string, lines: string): Promise<string>;
  /** Puts a file somewhere, with the run bit, and resolves with its path. */
  addFile(path: string, contents: string | Uint8Array): Promise<string>;
  /** Searches for a server. */
  search(releaseUrl?: string): Promise<FoundBinary>;
}

/** An address that `fetch` reaches nothing at: neither a server of this machine nor the network. */
const NO_RELEASES = "http://127.0.0.1:1";

/** Makes a machine. */
export async function bareMachine(): Promise<BareMachine> {
  const root = await mkdtemp(join(tmpdir(), "bare-machine-"));
  const [bin, cache] = [join(root, "bin"), join(root, "cache")];
  const env: Record<string, string> = { PATH: bin };
  const addFile = async (path: string, contents: string | Uint8Array) => {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, contents, { mode: 0o755 });
    return full;
  };
  return {
    bin,
    cache,
    env,
    addFile,
    addProgram: (name, lines) => addFile(join("bin", name), `#!/bin/sh\n${lines}\n`),
    search: (releaseUrl = NO_RELEASES) => searchNatsServer({ env, cache, releaseUrl }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** A script that does what `nats-server --version` does. */
export function fakeServer(version: string): string {
  return `#!/bin/sh\necho "nats-server: v${version}"\n`;
}

/** What is in the cache: a folder for each release, and nothing else unless a search has left it. */
export async function namesInCache({ cache }: BareMachine): Promise<string[]> {
  return await readdir(cache);
}

/** The message of the error that a search ends with. */
export async function failureOf(search: Promise<unknown>): Promise<string> {
  return await search.then(
    (found) => {
      throw new Error(`a server was found: ${JSON.stringify(found)}`);
    },
    (error: Error) => error.message,
  );
}

/** A page of releases on 127.0.0.1. */
export interface ReleasePage extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for. */
  readonly requests: readonly string[];
}

/** Serves files by their path. `ready` may hold the responses back. */
export async function startReleasePage(
  files: Record<string, string | Uint8Array>,
  ready: (path: string) => Promise<void> = () => Promise.resolve(),
): Promise<ReleasePage> {
  const requests: string[] = [];
  const server = createServer(async ({ url = "" }, response) => {
    requests.push(url);
    await ready(url);
    response.statusCode = url in files ? 200 : 404;
    response.end(files[url]);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A line of `SHA256SUMS`. */
export function checksumLine(name: string, contents: Uint8Array): string {
  return `${createHash("sha256").update(contents).digest("hex")}  ${name}\n`;
}
