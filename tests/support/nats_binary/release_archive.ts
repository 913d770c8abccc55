import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileInTarGz, fileInZip } from "./archive.ts";
import { BINARY, store } from "./cache.ts";
import type { BinarySource } from "./source.ts";

/** The address below which each release has its archives and their checksums. */
export const RELEASES = "https://github.com/nats-io/nats-server/releases/download";

const DOWNLOAD_TIMEOUT_MS = 300_000;

/** The releases' names for what Node calls otherwise. */
const PLATFORMS: Record<string, string> = { win32: "windows" };
const ARCHITECTURES: Record<string, string> = {
  x64: "amd64",
  ia32: "386",
  arm: "arm7",
  ppc64: "ppc64le",
};

/** Where the archives are, and which one to take. */
export interface ArchiveOptions {
  /** @default {RELEASES} */
  url?: string | undefined;
  /** @default {process.platform} */
  platform?: string;
  /** @default {process.arch} */
  arch?: string;
}

/** A release's archive, downloaded, checked against the published SHA-256 and unpacked into the cache. */
export function releaseArchive(
  cache: string,
  release: string,
  options: ArchiveOptions = {},
): BinarySource {
  const { url = RELEASES } = options;
  return {
    name: "the release's archive",
    find: () =>
      store(cache, release, async (folder) => {
        const name = archiveName(release, options);
        const sums = new TextDecoder().decode(await download(`${url}/${release}/SHA256SUMS`));
        const wanted = checksumOf(name, sums);
        const archive = await download(`${url}/${release}/${name}`);
        const got = createHash("sha256").update(archive).digest("hex");
        if (got !== wanted) {
          throw new Error(`the SHA-256 of ${name} must be ${wanted}, got ${got}`);
        }
        const unpack = name.endsWith(".zip") ? fileInZip : fileInTarGz;
        await writeFile(join(folder, BINARY), unpack(archive, BINARY));
      }),
  };
}

/** The name of the archive for a platform, such as `nats-server-v2.11.15-linux-amd64.tar.gz`. */
export function archiveName(
  release: string,
  { platform = process.platform, arch = process.arch }: ArchiveOptions = {},
): string {
  const target = `${PLATFORMS[platform] ?? platform}-${ARCHITECTURES[arch] ?? arch}`;
  return `nats-server-${release}-${target}.${platform === "win32" ? "zip" : "tar.gz"}`;
}

/** Each line of the list is a checksum, two spaces and the name of a file. */
function checksumOf(name: string, sums: string): string {
  for (const line of sums.split("\n")) {
    const [sum = "", file] = line.trim().split(/\s+\*?/);
    if (file === name) return sum.toLowerCase();
  }
  throw new Error(`SHA256SUMS does not list ${name}: the release has none for this platform`);
}

async function download(url: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new Error(`cannot download ${url}`, { cause });
  }
}
