/** Type-checks every TypeScript example in doc comments and in Markdown against the built package. */

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ROOT, run } from "../lib/command.mjs";

/** What only Deno can import. Such examples are marked `ts ignore`, which keeps `deno test --doc` away from them. */
const AMBIENT = `declare module "jsr:*";\n`;

/** @returns {Promise<string>} What the compiler says, with the places the examples stand at. */
export async function exampleProblems() {
  const cache = join(ROOT, ".cache");
  await mkdir(cache, { recursive: true });
  // Inside the project, so that `@conveyor/driver` means this package as its users get it.
  const folder = await mkdtemp(join(cache, "examples-"));
  try {
    /** @type {Map<string, string>} */
    const sources = new Map();
    for (const path of await documents()) {
      const text = await readFile(join(ROOT, path), "utf8");
      for (const example of examplesOf(text, path.endsWith(".ts") ? /^\s*\* ?/ : /^/)) {
        const file = `example_${sources.size}.ts`;
        sources.set(file, path);
        await writeFile(
          join(folder, file),
          `${"\n".repeat(example.line)}${example.code}\nexport {};\n`,
        );
      }
    }
    if (sources.size === 0) return "no example was found";
    await writeFile(join(folder, "ambient.d.ts"), AMBIENT);
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify(config([...sources.keys(), "ambient.d.ts"])),
    );
    const { ok, output } = await run("tsc", ["-p", folder, "--pretty", "false"]);
    if (ok) return "";
    const prefix = relative(ROOT, folder);
    return output.replaceAll(
      /^(.*?)(example_\d+\.ts)\((\d+),\d+\)/gm,
      (whole, path, file, line) => path.startsWith(prefix) ? `${sources.get(file)}:${line}` : whole,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function documents() {
  const { output } = await run("git", [
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
    "--",
    "*.md",
    "mod.ts",
    "src/**/*.ts",
    "src/*.ts",
  ]);
  return [...new Set(output.split("\0").filter(Boolean))];
}

/**
 * The blocks marked `ts`, each with the number of the line its code begins after.
 *
 * @param {string} text
 * @param {RegExp} margin What stands before each line of a block.
 */
function examplesOf(text, margin) {
  const found = [];
  const lines = text.split("\n").map((line) => line.replace(margin, ""));
  for (let at = 0; at < lines.length; at++) {
    if (!/^\s*```ts(?: ignore)?\s*$/.test(lines[at] ?? "")) continue;
    const line = at + 1;
    const code = [];
    for (at++; at < lines.length && !/^\s*```\s*$/.test(lines[at] ?? ""); at++) {
      code.push(lines[at]);
    }
    found.push({ line, code: code.join("\n") });
  }
  return found;
}

/** @param {string[]} files */
function config(files) {
  return {
    extends: "../../tsconfig.json",
    compilerOptions: {
      isolatedDeclarations: false,
      declaration: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    include: [],
    files,
  };
}
