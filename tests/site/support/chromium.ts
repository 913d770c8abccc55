import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { commandOnPath, isExecutable, runCommand } from "../../support/nats_binary/command.ts";
import { ROOT } from "../../support/program.ts";

/** A browser that can be started. */
export interface Browser {
  readonly path: string;
  /** Variables that it needs besides those of this process. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

const NAMES = ["chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"];
/** The npm package that holds a browser as a file. Nothing of it is run but that. */
const PACKAGE = "@sparticuz/chromium@153.0.0";
const CACHE = join(ROOT, "node_modules/.cache/chromium", PACKAGE.replace(/.*@/, ""));

/**
 * Finds a Chromium: the one that CHROMIUM names, one on the PATH, the one that an earlier run has fetched, or the one in an npm
 * package, which is fetched. Rejects, with why each of them did not work.
 */
export async function findChromium(): Promise<Browser> {
  const named = process.env["CHROMIUM"];
  if (named) return await browserAt(named);
  const reasons: string[] = [];
  const attempts: (() => Promise<Browser>)[] = [
    ...NAMES.map((name) => async () => await browserAt(await commandOnPath(name, process.env))),
    fetched,
  ];
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (error) {
      reasons.push(String(error));
    }
  }
  throw new Error(
    `there is no Chromium: install one (Debian: chromium), or set CHROMIUM to its path\n${
      reasons.join("\n")
    }`,
  );
}

/** A browser that has said its version. The libraries that the package brings serve where the system lacks them. */
async function browserAt(path: string, libraries?: string): Promise<Browser> {
  const version = (env: Record<string, string>) =>
    runCommand(path, ["--version"], { env: { ...process.env, ...env }, timeoutMs: 60_000 });
  try {
    return { path, env: {}, version: (await version({})).trim() };
  } catch (error) {
    if (libraries === undefined) throw error;
    const env = { LD_LIBRARY_PATH: libraries };
    return { path, env, version: (await version(env)).trim() };
  }
}

async function fetched(): Promise<Browser> {
  if (!await isExecutable(join(CACHE, "chromium"))) await fetchPackage();
  return await browserAt(join(CACHE, "chromium"), join(CACHE, "lib"));
}

async function fetchPackage(): Promise<void> {
  await mkdir(join(CACHE, ".."), { recursive: true });
  const folder = await mkdtemp(join(CACHE, "..", "partial-"));
  try {
    const options = { timeoutMs: 240_000 };
    await runCommand("npm", ["pack", PACKAGE, "--silent", `--pack-destination=${folder}`], options);
    const archive = `${PACKAGE.replace(/^@/, "").replace(/[/@]/g, "-")}.tgz`;
    await runCommand("tar", ["xzf", join(folder, archive), "-C", folder], options);
    for (const file of ["chromium", "al2023.tar"]) {
      await pipeline(
        createReadStream(join(folder, `package/bin/${file}.br`)),
        createBrotliDecompress(),
        createWriteStream(join(folder, file)),
      );
    }
    await runCommand("tar", ["xf", join(folder, "al2023.tar"), "-C", folder], options);
    await chmod(join(folder, "chromium"), 0o755);
    await rm(join(folder, "package"), { recursive: true });
    await rm(CACHE, { recursive: true, force: true });
    await rename(folder, CACHE);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
