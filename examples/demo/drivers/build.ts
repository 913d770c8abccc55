/** Builds the repository with its own build tool, in a temporary folder. */

import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createDriver, type Logger } from "@conveyor/driver";
import { RepositorySpec, TYPE } from "../spec.ts";

/** Runs the build and streams its output into the log. */
export const build = createDriver({
  name: "build",
  resources: [TYPE],
  spec: RepositorySpec,
  timeoutMs: 120_000,
  async reconcile({ resource: { spec }, logger, signal }) {
    const folder = await mkdtemp(join(tmpdir(), "conveyor-demo-"));
    try {
      const tool = "node_modules/tsup/dist/cli-default.js";
      const code = await run([tool, "--no-dts", "--no-sourcemap", "--out-dir", folder], {
        cwd: spec.root,
        logger,
        signal,
      });
      if (code !== 0) return { success: false, message: `the build ended with code ${code}` };
      const { files, bytes } = await sizeOf(folder);
      return { success: true, message: `${files} files, ${(bytes / 1000).toFixed(1)} kB` };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

interface RunOptions {
  cwd: string;
  logger: Logger;
  signal: AbortSignal;
}

async function run(args: string[], { cwd, logger, signal }: RunOptions): Promise<number | null> {
  logger.info(`$ ${["node", ...args].join(" ")}`);
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const piped = [
    Readable.toWeb(child.stdout).pipeTo(logger.writable()),
    Readable.toWeb(child.stderr).pipeTo(logger.writable({ level: "warn" })),
  ];
  const [code] = await Promise.all([ended, ...piped]);
  return code;
}

async function sizeOf(folder: string): Promise<{ files: number; bytes: number }> {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
