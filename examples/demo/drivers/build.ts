/** Builds the repository with its own build tool, in a temporary folder. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createDriver } from "@conveyor/driver";
import { run, workspace } from "@conveyor/driver/process";
import { RepositorySpec, TYPE } from "../spec.ts";

/** Runs the build. What the tool has to say, it says when something is wrong. */
export const build = createDriver({
  name: "build",
  resources: [TYPE],
  spec: RepositorySpec,
  timeoutMs: 120_000,
  async reconcile({ resource: { spec }, logger, signal }) {
    await using folder = await workspace({ logger });
    const tool = "node_modules/tsup/dist/cli-default.js";
    const options = ["--silent", "--no-dts", "--no-sourcemap"];
    logger.info(`$ tsup ${options.join(" ")}`);
    const { success, exitCode } = await run(
      process.execPath,
      [tool, ...options, "--out-dir", folder.path],
      { cwd: spec.root, logger, signal },
    );
    if (!success) return { success: false, message: `the build ended with exit code ${exitCode}` };
    const { files, bytes } = await sizeOf(folder.path);
    return { success: true, message: `${files} files, ${(bytes / 1000).toFixed(1)} kB` };
  },
});

async function sizeOf(folder: string): Promise<{ files: number; bytes: number }> {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
