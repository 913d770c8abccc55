import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { binaryOf, ROOT, runProgram } from "../support/program.ts";

it("a TypeScript file on a Node that does not run it, without tsx, is refused with what to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-typescript-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "driver.ts");
  await writeFile(file, "export const answer: number = 42;\n");
  const node = binaryOf("node");
  const env = { NODE_OPTIONS: "" };
  const { output: feature } = await runProgram(node, ["-p", "!!process.features.typescript"], {
    env,
  });
  const { code, output } = await runProgram(node, [`${ROOT}dist/cli.js`, "run", file], { env });
  expect(output).toContain(
    feature.trim() === "true"
      ? "exports no driver"
      : "use Node 22.18 or newer, Deno or Bun, or install tsx",
  );
  expect(code).toBe(2);
});
