import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { binaryOf, ROOT, runProgram } from "../support/program.ts";

/** In the project, whose import map names the package, and hidden from what reads the project meanwhile. */
async function denoTest(body: string): Promise<{ code: number | null; output: string }> {
  const folder = await mkdtemp(join(ROOT, "tests/package/.sanitized-"));
  const file = join(folder, "snippet.ts");
  try {
    await writeFile(file, body);
    return await runProgram(binaryOf("deno"), ["test", "-A", "--no-check", file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function sanitized(code: string): string {
  return `Deno.test({
  name: "the snippet", sanitizeOps: true, sanitizeResources: true, sanitizeExit: true,
  async fn() {${code}\n},\n});\n`;
}

async function snippet(): Promise<string> {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const blocks = readme.split("```ts\n").slice(1).map((rest) => rest.split("\n```")[0]!);
  const found = blocks.find((block) => block.includes("createDevServer()"));
  const [imports, code] = found!.split("\n\n", 1).concat(found!.slice(found!.indexOf("\n\n")));
  return `${imports}\n${sanitized(code!)}`;
}

it("the README's snippet leaves nothing that Deno's sanitizers find", async () => {
  const { code, output } = await denoTest(await snippet());
  expect(output).toContain("1 passed");
  expect(code).toBe(0);
});

it("they find a timer that is left", async () => {
  const { code } = await denoTest(sanitized("setTimeout(() => {}, 60_000);"));
  expect(code).not.toBe(0);
});
