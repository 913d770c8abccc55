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
        const archive = await checkedDownload(`${url}/${release}`, name, "SHA256SUMS");
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

/** Downloads a file of a release, and checks it against the list of SHA-256 sums beside it. */
export async function checkedDownload(
  folder: string,
  name: string,
  sumsName: string,
): Promise<Uint8Array> {
  const sums = new TextDecoder().decode(await download(`${folder}/${sumsName}`));
  const wanted = checksumOf(name, sums);
  if (wanted === undefined) {
    throw new Error(`${sumsName} does not list ${name}: the release has none for this platform`);
  }
  const file = await download(`${folder}/${name}`);
  const got = createHash("sha256").update(file).digest("hex");
  if (got !== wanted) throw new Error(`the SHA-256 of ${name} must be ${wanted}, got ${got}`);
  return file;
}

/** Each line of the list is a checksum, two spaces and the name of a file. */
function checksumOf(name: string, sums: string): string | undefined {
  for (const line of sums.split("\n")) {
    const [sum = "", file] = line.trim().split(/\s+\*?/);
    if (file === name) return sum.toLowerCase();
  }
  return undefined;
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
