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
    code: `import { createClient } from "@conveyor/driver/client";
      const client = createClient({ host: "ci.example.com" });
      const { runId } = await client.createResource({ name: "web", resource: "workflow", spec: {} });
      for await (const { message } of client.streamLogs({ runId })) console.log(message);`,
  },
  {
    name: "the four functions",
    limit: 112_000,
    code:
      `export { createClient, createDriver, createDriverManager, createLogger } from "@conveyor/driver";`,
  },
];

/** The packages that the package depends on. */
const DEPENDENCIES = ["@nats-io/*", "eventsource-parser", "@opentelemetry/*"];

/**
 * Bundles a script for the browser platform, minified, and weighs it: as one file, which holds all code that can be reached,
 * and the files of a split bundle that are loaded at the start, without what an `import()` loads later.
 *
 * @param {string} code
 * @returns {Promise<{ bytes: number, ownBytes: number, startBytes: number }>} Gzipped; `ownBytes` is the one file without the
 * packages it depends on.
 */
export async function bundleSize(code) {
  return {
    bytes: await weigh(code, {}),
    ownBytes: await weigh(code, { external: DEPENDENCIES }),
    startBytes: await weigh(code, { splitting: true }),
  };
}

/** @param {string} code @param {import("esbuild").BuildOptions} options */
async function weigh(code, options) {
  const { outputFiles = [], metafile } = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: "ts" },
    absWorkingDir: ROOT,
    bundle: true,
    outdir: join(ROOT, "dist", "bundle"),
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser", "import"],
    logLevel: "silent",
    ...options,
  });
  /** @type {Set<string>} */
  const loaded = new Set();
  const load = (/** @type {string} */ path) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: target, kind } of metafile?.outputs[path]?.imports ?? []) {
      if (kind !== "dynamic-import") load(target);
    }
  };
  for (const [path, { entryPoint }] of Object.entries(metafile?.outputs ?? {})) {
    if (entryPoint === "<stdin>") load(path);
  }
  return outputFiles.filter(({ path }) => [...loaded].some((each) => path === join(ROOT, each)))
    .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}
