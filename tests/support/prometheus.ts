import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandOnPath, isExecutable, runCommand } from "./nats_binary/command.ts";
import { fileInTarGz } from "./nats_binary/archive.ts";
import { checkedDownload } from "./nats_binary/release_archive.ts";
import type { Environment } from "./nats_binary/source.ts";
import { ROOT } from "./program.ts";

const CACHE = join(ROOT, "node_modules", ".cache", "prometheus");

/** The address below which each release has its archives and their checksums, and the release to take. */
const RELEASES = "https://github.com/prometheus/prometheus/releases/download";
const RELEASE = "3.5.0";

/** How long the package lists and the package may take to arrive. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** The two programs. */
export type PrometheusPrograms = Record<"prometheus" | "promtool", string>;

/**
 * Finds Prometheus and its tool on the PATH, or unpacks Debian's package or the release's archive into a cache. Rejects with what
 * to do where none is to be had: what they check is not left out.
 */
export async function findPrometheus(
  env: Environment = process.env,
  cache: string = CACHE,
  releases: string = RELEASES,
): Promise<PrometheusPrograms> {
  const reasons: string[] = [];
  const fromPackage = () => cached(cache, (folder) => unpackPackage(folder, env));
  const fromRelease = () => cached(cache, (folder) => unpackRelease(folder, releases));
  for (const find of [() => onPath(env), fromPackage, fromRelease]) {
    try {
      return await find();
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  throw new Error(
    `no Prometheus to test with (${
      reasons.join("; ")
    }): install it with its promtool, so that both are on the PATH`,
  );
}

async function onPath(env: Environment): Promise<PrometheusPrograms> {
  return {
    prometheus: await commandOnPath("prometheus", env),
    promtool: await commandOnPath("promtool", env),
  };
}

/** The programs in the cache; `unpack` fills a folder with them first when it has none. */
async function cached(
  cache: string,
  unpack: (folder: string) => Promise<void>,
): Promise<PrometheusPrograms> {
  const folder = join(cache, "usr", "bin");
  const found = { prometheus: join(folder, "prometheus"), promtool: join(folder, "promtool") };
  if (await isExecutable(found.promtool)) return found;
  await mkdir(join(cache, ".."), { recursive: true });
  const partial = await mkdtemp(join(cache, "..", "prometheus-"));
  try {
    await unpack(partial);
    await rename(partial, cache);
    return found;
  } catch (error) {
    if (await isExecutable(found.promtool)) return found; // Another process was faster.
    throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function unpackRelease(folder: string, releases: string): Promise<void> {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const name = `prometheus-${RELEASE}.${process.platform}-${arch}.tar.gz`;
  const archive = await checkedDownload(`${releases}/v${RELEASE}`, name, "sha256sums.txt");
  await mkdir(join(folder, "usr", "bin"), { recursive: true });
  for (const program of ["prometheus", "promtool"]) {
    const path = join(folder, "usr", "bin", program);
    await writeFile(path, fileInTarGz(archive, program), { mode: 0o755 });
  }
}

/** Needs no rights: where the system has no package lists, they go into the folder, too. */
async function unpackPackage(folder: string, env: Environment): Promise<void> {
  const apt = await commandOnPath("apt-get", env);
  const dpkg = await commandOnPath("dpkg", env);
  const options = { env, cwd: folder, timeoutMs: DOWNLOAD_TIMEOUT_MS };
  try {
    await runCommand(apt, ["download", "prometheus"], options);
  } catch {
    const lists = join(folder, "lists");
    await mkdir(join(lists, "partial"), { recursive: true });
    const own = [`-oDir::State::Lists=${lists}`, `-oDir::Cache=${folder}`];
    await runCommand(apt, [...own, "update"], options);
    await runCommand(apt, [...own, "download", "prometheus"], options);
  }
  const name = (await readdir(folder)).find((each) => each.endsWith(".deb"));
  if (name === undefined) throw new Error("apt-get left no package");
  await runCommand(dpkg, ["-x", join(folder, name), folder], options);
}

/** Passes a text to `promtool`, and returns what it complains of. */
export async function promtool(tool: string, args: string[], input = ""): Promise<string> {
  const child = spawn(tool, args, { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output += text);
  }
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return code === 0 ? "" : output || `promtool ended with code ${code}`;
}

/** A running Prometheus. */
export interface Prometheus extends AsyncDisposable {
  /** Evaluates a query. Rejects when it is refused. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>;
}

/** Starts a Prometheus that scrapes a target every second. */
export async function startPrometheus(binary: string, target: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-prometheus-"));
  const config = join(folder, "prometheus.yml");
  await writeFile(
    config,
    [
      "global: { scrape_interval: 1s, scrape_timeout: 1s }",
      `scrape_configs: [{ job_name: driver, static_configs: [{ targets: ["${target}"] }] }]`,
    ].join("\n"),
  );
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(binary, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=${url.slice("http://".length)}`,
    "--log.level=error",
  ], { stdio: "ignore" });
  const exit = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    async query(expression) {
      const response = await fetch(
        `${url}/api/v1/query?${new URLSearchParams({ query: expression })}`,
      );
      const { status, data, error } = await response.json();
      if (status !== "success") throw new Error(`${expression}: ${error}`);
      return data.result;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
