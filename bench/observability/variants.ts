/** Builds the package twice into this process: as it is, and without what it takes to be observed. */

import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import type { SdkLibrary } from "../loop/sdk.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OFF = fileURLToPath(new URL("./off/", import.meta.url));

/** The modules that are replaced: all that an event costs for metrics, traces, the run log and the console goes through them. */
const REPLACED: Readonly<Record<string, string>> = {
  "manager/monitoring/emitter.ts": "emitter.ts",
  "manager/run/report_attempt.ts": "report_attempt.ts",
  "manager/run/start_trace.ts": "start_trace.ts",
};

/** The package as it is, and the same without observability. */
export interface Variants {
  readonly on: SdkLibrary;
  readonly off: SdkLibrary;
}

/** Builds both, and imports them. */
export async function buildVariants(): Promise<Variants> {
  const replaced = new Set<string>();
  const replacing: Plugin = {
    name: "observability-off",
    setup({ onResolve }) {
      onResolve({ filter: /\.ts$/ }, ({ path, importer }) => {
        const from = importer.startsWith(OFF) ? undefined : importer;
        const target = from && new URL(path, pathToFileURL(from)).pathname;
        const found = Object.keys(REPLACED).find((module) => target?.endsWith(`/src/${module}`));
        if (found === undefined) return undefined;
        replaced.add(found);
        return { path: OFF + REPLACED[found] };
      });
    },
  };
  const on = await load("on", []);
  const off = await load("off", [replacing]);
  const missing = Object.keys(REPLACED).filter((module) => !replaced.has(module));
  if (missing.length > 0) throw new Error(`no module imports ${missing.join(", ")}`);
  return { on, off };
}

async function load(name: string, plugins: Plugin[]): Promise<SdkLibrary> {
  const outfile = `${ROOT}node_modules/.cache/conveyor-bench/${name}.mjs`;
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["mod.ts"],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "node",
    packages: "external",
    logLevel: "error",
    plugins,
  });
  return await import(pathToFileURL(outfile).href) as SdkLibrary;
}
