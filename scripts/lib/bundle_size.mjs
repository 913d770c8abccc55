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
    limit: 94_644,
    code:
      `export { createClient, createDriver, createDriverManager, createLogger } from "@conveyor/driver";`,
  },
];

/** What only a `memory:` URL loads. */
const ON_DEMAND = /memory_transport/;

/**
 * Bundles a script for the browser platform, minified, and weighs what a driver on NATS loads of it: all but the memory broker,
 * which is loaded on demand.
 *
 * @param {string} code
 * @returns {Promise<{ bytes: number, ownBytes: number }>} Gzipped; `ownBytes` without the packages it depends on.
 */
export async function bundleSize(code) {
  const weigh = async (/** @type {string[]} */ external) => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: code, resolveDir: ROOT, loader: "ts" },
      absWorkingDir: ROOT,
      bundle: true,
      splitting: true,
      outdir: join(ROOT, "dist", "bundle"),
      minify: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "browser",
      conditions: ["workerd", "worker", "browser", "import"],
      external,
      logLevel: "silent",
    });
    const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint);
    /** @type {Set<string>} */
    const loaded = new Set();
    const load = (/** @type {string | undefined} */ path) => {
      if (path === undefined || loaded.has(path)) return;
      loaded.add(path);
      for (const { path: target } of metafile.outputs[path]?.imports ?? []) {
        if (!ON_DEMAND.test(target)) load(target);
      }
    };
    load(entry?.[0]);
    return outputFiles.filter(({ path }) => [...loaded].some((each) => path === join(ROOT, each)))
      .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  };
  return {
    bytes: await weigh([]),
    ownBytes: await weigh(["@nats-io/*", "eventsource-parser", "@opentelemetry/*"]),
  };
}
