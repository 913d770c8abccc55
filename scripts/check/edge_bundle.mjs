/** Checks that the built root entry bundles for the edge: no module of Node's, no TCP code, and no warning of a bundler. */

import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../lib/command.mjs";

/** @returns {Promise<string[]>} What must not be in the bundle. */
export async function edgeProblems() {
  const problems = await unmarkedImports();
  for (const platform of /** @type {const} */ (["browser", "neutral"])) {
    const { outputFiles, metafile } = await build({
      entryPoints: [join(ROOT, "dist/mod.js")],
      absWorkingDir: ROOT,
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: "esm",
      platform,
      mainFields: ["browser", "module", "main"],
      conditions: ["workerd", "worker", "browser", "import"],
      // NaCl, which NATS brings, asks Node for it where there is no WebCrypto. Bundlers for browsers leave it out.
      external: platform === "neutral" ? ["crypto"] : [],
      logLevel: "silent",
    });
    const [output] = outputFiles;
    if (!output) return [...problems, `${platform}: there is no bundle`];
    const { contents, text } = output;
    for (
      const [, specifier] of text.matchAll(/(?:from|import|require)\s*\(?\s*["'](node:[\w/]+)["']/g)
    ) {
      problems.push(`${platform}: the bundle imports ${specifier}`);
    }
    for (const input of Object.keys(metafile.inputs)) {
      if (input.includes("@nats-io/transport-node") || input === "dist/tcp_dial.js") {
        problems.push(`${platform}: the bundle holds ${input}`);
      }
    }
    const kilobytes = gzipSync(contents).length / 1000;
    if (kilobytes > 150) {
      problems.push(
        `${platform}: the bundle weighs ${kilobytes.toFixed(0)} kB gzipped, more than 150`,
      );
    }
  }
  return problems;
}

/** webpack and Vite warn of an import whose specifier they cannot read, unless a comment tells them to leave it alone. */
async function unmarkedImports() {
  const problems = [];
  const folder = join(ROOT, "dist");
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".js")) continue;
    for (
      const [, comments = "", argument = ""] of (await readFile(join(folder, name), "utf8"))
        .matchAll(/\bimport\(\s*((?:\/\*.*?\*\/\s*)*)([^)]*)\)/gs)
    ) {
      if (/^["']/.test(argument)) continue;
      if (comments.includes("webpackIgnore: true") && comments.includes("@vite-ignore")) continue;
      problems.push(`dist/${name}: bundlers warn of import(${argument.trim()})`);
    }
  }
  return problems;
}
