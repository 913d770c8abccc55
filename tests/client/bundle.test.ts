import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import config from "../../tsup.config.ts";
import { ROOT } from "../support/program.ts";

const LIMIT = 12 * 1024;

let built: string;
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "conveyor-build-"));
  const { entry } = config as { entry: Record<string, string> };
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
  });
  await writeFile(join(built, "package.json"), `{ "type": "module", "sideEffects": false }`);
});
afterAll(() => rm(built, { recursive: true }));

/** Bundles a script as one minified file, with the package as it stands in this repository or as it is built. */
async function bundle(
  script: string,
  { as = "source", platform = "browser" as "browser" | "neutral" } = {},
) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: script, resolveDir: ROOT, loader: "ts" },
    alias: as === "built"
      ? {
        "@conveyor/driver/client": join(built, "client.js"),
        "@conveyor/driver": join(built, "mod.js"),
      }
      : {
        "@conveyor/driver/client": join(ROOT, "src/client/mod.ts"),
        "@conveyor/driver": join(ROOT, "mod.ts"),
      },
    nodePaths: [join(ROOT, "node_modules")],
    absWorkingDir: ROOT,
    platform,
    // A neutral bundle asks for no field and no module of anybody's by itself.
    ...(platform === "neutral" &&
      { mainFields: ["module", "main"], external: ["#nats-tcp", "crypto"] }),
    bundle: true,
    minify: true,
    format: "esm",
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

const REST_ONLY = `
  import { createClient } from "@conveyor/driver";
  const client = createClient({ host: "ci.example.com" });
  const { runId } = await client.createResource({ name: "web", resource: "workflow", spec: {} });
  for await (const { message } of client.streamLogs({ runId })) console.log(message);
`;

describe("a REST-only script, with authentication and log streams in it", () => {
  const WAYS = [
    { as: "source", platform: "browser" },
    { as: "source", platform: "neutral" },
    { as: "built", platform: "browser" },
    { as: "built", platform: "neutral" },
  ] as const;

  it.each(WAYS)("is at most 12 KB gzipped, and holds no NATS code: %j", async (way) => {
    const { bytes, text, inputs } = await bundle(REST_ONLY, way);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    expect(inputs.filter((path) => /nats|src\/(?:transport|manager|logger|dev)/.test(path)))
      .toEqual([]);
    expect(text).not.toMatch(/nats-io|NATS_URL|JetStream/);
    expect(text).not.toMatch(/(?:from|import\()\s*["']node:/);
  });
});

it("a script that runs a resource to its end is little more", async () => {
  const { bytes } = await bundle(`
    import { createClient } from "@conveyor/driver";
    import { ensureDefinitions, runResource } from "@conveyor/driver/client";
    const client = createClient();
    await ensureDefinitions(client, {});
    console.log(await runResource(client, { name: "web", resource: "workflow", spec: {} }));
  `);
  expect(bytes).toBeLessThanOrEqual(LIMIT + 1024);
});
