import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT = 12 * 1024;

/** Bundles a script as one minified file, and tells what is in it. */
async function bundle(script: string, platform: "browser" | "neutral" = "browser") {
  const { outputFiles, metafile } = await build({
    stdin: { contents: script, resolveDir: root, loader: "ts" },
    alias: { "@conveyor/driver": `${root}mod.ts` },
    platform,
    // A neutral bundle asks for no condition by itself.
    ...(platform === "neutral" &&
      { mainFields: ["module", "main"], external: ["crypto"] }),
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
    absWorkingDir: root,
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

it.each(["browser", "neutral"] as const)(
  "a REST-only script for %s is at most 12 KB, with authentication and log streams, and has no NATS code in it",
  async (platform) => {
    const { bytes, text, inputs } = await bundle(REST_ONLY, platform);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    expect(inputs.filter((path) => /nats|src\/(?:transport|manager|logger|dev)/.test(path)))
      .toEqual([]);
    expect(text).not.toMatch(/nats-io|NATS_URL|JetStream/);
    expect(text).not.toMatch(/(?:from|import\()\s*["']node:/);
  },
);

it("a script that runs a resource to its end is little more", async () => {
  const { bytes } = await bundle(`
    import { createClient, ensureDefinitions, runResource } from "@conveyor/driver";
    const client = createClient();
    await ensureDefinitions(client, {});
    console.log(await runResource(client, { name: "web", resource: "workflow", spec: {} }));
  `);
  expect(bytes).toBeLessThanOrEqual(LIMIT + 1024);
});
