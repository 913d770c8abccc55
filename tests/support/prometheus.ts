import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { commandOnPath, isExecutable } from "./nats_binary/command.ts";
import { ROOT } from "./program.ts";

const run = promisify(execFile);
const CACHE = join(ROOT, "node_modules", ".cache", "prometheus");

/** Prometheus and its tool, on the PATH or from Debian's package; `undefined` where neither is to be had. */
export async function findPrometheus(): Promise<
  Record<"prometheus" | "promtool", string> | undefined
> {
  try {
    const [prometheus, promtool] = await Promise.all(
      (["prometheus", "promtool"] as const).map((name) => commandOnPath(name, process.env)),
    );
    return { prometheus: prometheus!, promtool: promtool! };
  } catch {
    return await fromPackage();
  }
}

async function fromPackage() {
  const folder = join(CACHE, "usr", "bin");
  const found = { prometheus: join(folder, "prometheus"), promtool: join(folder, "promtool") };
  if (await isExecutable(found.promtool)) return found;
  await mkdir(join(CACHE, ".."), { recursive: true });
  const partial = await mkdtemp(join(CACHE, "..", "prometheus-"));
  try {
    await run("apt-get", ["download", "prometheus"], { cwd: partial });
    const [name = ""] = await readdir(partial);
    await run("dpkg", ["-x", join(partial, name), partial]);
    await rename(partial, CACHE);
    return found;
  } catch {
    return await isExecutable(found.promtool) ? found : undefined;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
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
