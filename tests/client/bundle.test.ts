import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { library } from "../../tsup.config.ts";
import { ROOT } from "../support/program.ts";

const LIMIT = 12 * 1024;

let built: string;
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "conveyor-build-"));
  const { entry, esbuildPlugins: plugins } = library as {
    entry: Record<string, string>;
    esbuildPlugins: Plugin[];
  };
  await build({
    entryPoints: entry,
    absWorkingDir: ROOT,
    outdir: built,
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "neutral",
    target: "es2022",
    plugins,
  });
  const text = await readFile(join(ROOT, "package.json"), "utf8");
  const { type, sideEffects, imports } = JSON.parse(text.replaceAll("./dist/", "./"));
  await writeFile(join(built, "package.json"), JSON.stringify({ type, sideEffects, imports }));
});
afterAll(() => rm(built, { recursive: true }));

/** Bundles a script as one minified file, with the sources of the package or with its build. */
async function bundle(
  script: string,
  { as = "source", platform = "browser" as "browser" | "neutral" } = {},
) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: script, resolveDir: ROOT, loader: "ts" },
    alias: {
      "@conveyor/driver": as === "built" ? join(built, "mod.js") : join(ROOT, "mod.ts"),
      "@conveyor/driver/client": as === "built"
        ? join(built, "client.js")
        : join(ROOT, "src/client/mod.ts"),
    },
    nodePaths: [join(ROOT, "node_modules")],
    absWorkingDir: ROOT,
    platform,
    // The sources have no conditions, which keep the modules of Node out of the build.
    external: [...as === "source" ? ["node:*"] : [], ...platform === "neutral" ? ["crypto"] : []],
    // A neutral bundle has no default for this.
    ...(platform === "neutral" && { mainFields: ["module", "main"] }),
    bundle: true,
    minify: true,
    format: "esm",
    ...(as === "built" && { tsconfigRaw: "{}" }), // Users have none for what they install.
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const [file] = outputFiles;
  return {
    bytes: gzipSync(file?.contents ?? "", { level: 9 }).length,
    text: file?.text ?? "",
    inputs,
  };
}

const restOnly = (entry: string) => `
  import { createClient } from "${entry}";
  const client = createClient({ host: "ci.example.com" });
  const { runId } = await client.createResource({ name: "web", resource: "workflow", spec: {} });
  for await (const { message } of client.streamLogs({ runId })) console.log(message);
`;

describe("a REST-only script, with authentication and log streams in it", () => {
  const ways = ["@conveyor/driver", "@conveyor/driver/client"].flatMap((entry) =>
    (["source", "built"] as const).flatMap((as) =>
      (["browser", "neutral"] as const).map((platform) => ({ entry, as, platform }))
    )
  );

  it.each(ways)("is at most 12 KB gzipped, without NATS code: %j", async ({ entry, ...way }) => {
    const { bytes, text, inputs } = await bundle(restOnly(entry), way);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    expect(inputs.filter((path) => /nats|src\/(?:transport|manager|logger|dev)/.test(path)))
      .toEqual([]);
    expect(text).not.toMatch(/nats-io|NATS_URL|JetStream/);
    expect(text).not.toMatch(/(?:from|import\()\s*["']node:/);
  });
});

it("a script that runs a resource, with its whole log, is at most 2.5 KB larger", async () => {
  const { bytes } = await bundle(`
    import { createClient, ensureDefinitions, runResource } from "@conveyor/driver/client";
    const client = createClient();
    await ensureDefinitions(client, {});
    console.log(await runResource(client, { name: "web", resource: "workflow", spec: {} }));
  `);
  expect(bytes).toBeLessThanOrEqual(LIMIT + 2560);
});
