import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { type Program, ROOT, startProgram } from "./program.ts";

/** A worker that answers requests in a real workerd. Disposing of it ends it. */
export interface Workerd extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly program: Program;
}

/** Bundles a module as its author would for the edge, and serves it in workerd. */
export async function startWorkerd(entry: string, options: BuildOptions = {}): Promise<Workerd> {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-workerd-"));
  await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    outfile: join(folder, "worker.js"),
    absWorkingDir: ROOT,
    tsconfig: join(ROOT, "tsconfig.tests.json"),
    external: ["node:*", "crypto"],
    logLevel: "silent",
    ...options,
  });
  await writeFile(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
    )),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  );
  const args = ["serve", "--control-fd=1", join(folder, "config.capnp")];
  // The package exports the program's path. The command of that name may be a script that keeps signals from it.
  const { default: binary } = await import("workerd" as string) as { default: string };
  const program = startProgram(binary, args);
  await program.saw(`"port":`);
  await program.saw("}");
  const port = /"port": *(\d+)/.exec(program.output)?.[1];
  return {
    url: `http://127.0.0.1:${port}`,
    program,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
