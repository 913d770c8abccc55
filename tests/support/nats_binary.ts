import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const RELEASE = "v2.11.15";
const MODULE = "github.com/nats-io/nats-server/v2";
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/nats-server/", import.meta.url));

/**
 * The path of a nats-server of 2.10 or newer: `NATS_SERVER` if it is set, else the first good one on the PATH, else the
 * release that the Conveyor server embeds, installed with Go into `node_modules/.cache`.
 */
export async function findNatsServer(): Promise<string> {
  if (process.env["NATS_SERVER"]) return await checked(process.env["NATS_SERVER"]);
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, "nats-server");
    if (await exists(path) && await isRecent(path)) return path;
  }
  return await installNatsServer(RELEASE);
}

/** Installs a release of nats-server with Go, once, and gives its path. */
export async function installNatsServer(release: string): Promise<string> {
  const folder = join(CACHE, release);
  const path = join(folder, "nats-server");
  if (await exists(path)) return path;
  await mkdir(folder, { recursive: true });
  try {
    await run("go", ["install", `${MODULE}@${release}`], {
      env: { ...process.env, GOBIN: folder, GOFLAGS: "-mod=mod" },
    });
  } catch (cause) {
    throw new Error(
      `the tests need nats-server 2.10 or newer: none is on the PATH, and "go install ${MODULE}@${release}" failed; ` +
        "put a nats-server on the PATH, name one in NATS_SERVER, or install Go",
      { cause },
    );
  }
  return await checked(path);
}

async function checked(path: string): Promise<string> {
  if (await isRecent(path)) return path;
  throw new Error(`${path} is not a nats-server of 2.10 or newer`);
}

async function isRecent(path: string): Promise<boolean> {
  try {
    const { stdout } = await run(path, ["--version"]);
    const [, major = 0, minor = 0] = /v(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
    return major > 2 || (major === 2 && minor >= 10);
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then((found) => found.isFile(), () => false);
}
