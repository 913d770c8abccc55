import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { binaryOf, ROOT, runProgram } from "./program.ts";

/** A folder outside the project that has this package installed as npm would publish it. */
export interface UserProject extends AsyncDisposable {
  readonly folder: string;
}

/** Packs the build and installs it, with its dependencies, into a new and otherwise empty folder. */
export async function createUserProject(): Promise<UserProject> {
  if (!existsSync(join(ROOT, "dist/mod.js"))) {
    throw new Error(
      "there is no build to pack: run `npm run build` first, or `npm test`, which does",
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "conveyor-user-"));
  const packed = await npm(ROOT, [
    "pack",
    "--json",
    "--ignore-scripts",
    "--pack-destination",
    folder,
  ]);
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("[\n")));
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({
      private: true,
      type: "module",
      dependencies: { "@conveyor/driver": `file:${filename}` },
    }),
  );
  await npm(folder, ["install", "--prefer-offline", "--no-audit", "--no-fund"]);
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs npm on Node, also where Bun has put itself on the PATH by that name. Gives its standard output. */
async function npm(cwd: string, args: string[]): Promise<string> {
  const PATH = `${dirname(binaryOf("node"))}${delimiter}${process.env["PATH"] ?? ""}`;
  const { code, output } = await runProgram("npm", [...args, "--loglevel=error"], {
    cwd,
    env: { PATH },
  });
  if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with code ${code}:\n${output}`);
  return output;
}
