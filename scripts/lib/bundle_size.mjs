/** What a script weighs once a bundler has taken in the built package. */

import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./command.mjs";

/** What `npm run check` weighs, and the most that each may weigh, in bytes gzipped. */
export const SCRIPTS = [
  {
    name: "REST-only script",
    limit: 12_288,
    ownLimit: 12_288,
    code: `import { createClient } from "@conveyor/driver";
      const client = createClient({ host: "ci.example.com" });
      const { runId } = await client.createResource({ name: "web", resource: "workflow", spec: {} });
      for await (const { message } of client.streamLogs({ runId })) console.log(message);`,
  },
  {
    name: "the four functions",
    // Above what is aimed at, 112,000 and 46,000: these keep it from growing.
    limit: 139_000,
    ownLimit: 69_300,
    code:
      `export { createClient, createDriver, createDriverManager, createLogger } from "@conveyor/driver";`,
  },
];

/** What an `import()` loads that a driver may never reach: a `memory:` URL, the first scrape, hints on a console, a port to serve. */
const ON_DEMAND_CHUNKS = /memory_transport|(?:catalogue|endpoints|watch|listen)-/;

/**
 * Leaves out what is loaded on demand.
 * @type {import("esbuild").Plugin}
 */
const ON_DEMAND = {
  name: "on demand",
  setup: ({ onResolve }) =>
    onResolve({ filter: ON_DEMAND_CHUNKS }, ({ path }) => ({ path, external: true })),
};

/**
 * Bundles a script for the browser platform, minified, and weighs it: as one file, with and without the memory broker, and the
 * files of a split bundle that are loaded at the start, without what an `import()` loads later.
 *
 * @param {string} code
 * @returns {Promise<{ bytes: number, ownBytes: number, withMemoryBytes: number, startBytes: number }>} Gzipped; `ownBytes` is
 * our own code's share of `bytes`.
 */
export async function bundleSize(code) {
  const one = await weigh(code, { plugins: [ON_DEMAND] });
  return {
    bytes: one.bytes,
    ownBytes: Math.round(one.bytes * one.ownShare),
    withMemoryBytes: (await weigh(code, {})).bytes,
    startBytes: (await weigh(code, { splitting: true })).bytes,
  };
}

/**
 * @param {string} code
 * @param {import("esbuild").BuildOptions} options
 * @returns {Promise<{ bytes: number, ownShare: number }>}
 */
async function weigh(code, options) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: "ts" },
    absWorkingDir: ROOT,
    bundle: true,
    outdir: join(ROOT, "dist", "bundle"),
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser", "import"],
    logLevel: "silent",
    ...options,
    metafile: true,
    write: false,
  });
  /** @type {Set<string>} */
  const loaded = new Set();
  const load = (/** @type {string} */ path) => {
    const output = metafile.outputs[path];
    if (!output || loaded.has(path)) return;
    loaded.add(path);
    for (const { path: target, kind } of output.imports) {
      if (kind !== "dynamic-import") load(target);
    }
  };
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint === "<stdin>") load(path);
  }
  let [bytes, all, own] = [0, 0, 0];
  for (const path of loaded) {
    const { contents } = outputFiles.find((file) => file.path === join(ROOT, path)) ?? {};
    bytes += contents ? gzipSync(contents, { level: 9 }).length : 0;
    for (const [input, { bytesInOutput }] of Object.entries(metafile.outputs[path]?.inputs ?? {})) {
      all += bytesInOutput;
      if (!input.includes("node_modules")) own += bytesInOutput;
    }
  }
  return { bytes, ownShare: own / all };
}
