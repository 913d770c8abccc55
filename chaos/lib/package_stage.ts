/** Installs the package the way a user would have it: built, in a folder of its own, with nothing else of this repository. */

import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../../tests/support/program.ts";

const DRIVERS = join(ROOT, "chaos", "drivers");

/** A folder with the built package and the drivers under test. Disposing of it removes it. */
export interface PackageStage extends AsyncDisposable {
  readonly folder: string;
}

/** Builds the package from the sources as they are now, so that no stale build is ever tested. */
export async function stagePackage(): Promise<PackageStage> {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-chaos-"));
  const modules = join(folder, "node_modules");
  const installed = join(modules, "@conveyor", "driver");
  await mkdir(installed, { recursive: true });
  await build(join(installed, "dist"));
  await copyFile(join(ROOT, "package.json"), join(installed, "package.json"));
  const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name), "dir");
  }
  for (const file of await readdir(DRIVERS)) {
    await copyFile(join(DRIVERS, file), join(folder, file));
  }
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function build(target: string): Promise<void> {
  const tsup = join(ROOT, "node_modules", ".bin", "tsup");
  const child = spawn(
    tsup,
    ["--silent", "--no-dts", "--out-dir", target],
    {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => complaints += text);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`the package cannot be built:\n${complaints}`);
}
