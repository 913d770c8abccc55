/** Checks what npm would publish: the tarball's files, its exports and its types. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, run } from "../lib/command.mjs";
import { bundledPackages } from "../lib/components.mjs";

const NEEDED = [
  "package.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
  "THIRD_PARTY_NOTICES.md",
  "dist/mod.js",
  "dist/mod.d.ts",
  "docs/README.md",
];
const ALLOWED =
  /^(?:package\.json|README\.md|LICENSE|(?:CHANGELOG|THIRD_PARTY_NOTICES)\.md|docs\/[\w-]+\.md|dist\/.+\.(?:js|d\.ts|js\.map))$/;

/** What the build takes in must be named with its license. @returns {Promise<string[]>} */
async function unnamedLicenses() {
  const notices = await readFile(join(ROOT, "THIRD_PARTY_NOTICES.md"), "utf8");
  return (await bundledPackages()).filter((name) => !notices.includes(`## ${name}\n`))
    .map((name) => `THIRD_PARTY_NOTICES.md lacks ${name}, which the build takes in`);
}

/** @returns {Promise<string[]>} What is wrong with the package. */
export async function packageProblems() {
  const folder = await mkdtemp(join(tmpdir(), "conveyor-pack-"));
  try {
    const packed = await run("npm", [
      "pack",
      "--json",
      "--silent",
      "--ignore-scripts",
      "--pack-destination",
      folder,
    ]);
    if (!packed.ok) return [packed.output];
    const [{ filename, files }] = JSON.parse(packed.output.slice(packed.output.indexOf("[")));
    const tarball = join(folder, filename);
    const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
    const publint = await run("publint", ["run", tarball, "--strict"]);
    const types = await run("attw", [tarball, "--profile", "esm-only", "--no-emoji"]);
    return [
      ...await unnamedLicenses(),
      ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `the package lacks ${path}`),
      ...paths.filter((/** @type {string} */ path) => !ALLOWED.test(path)).map((
        /** @type {string} */ path,
      ) => `the package holds ${path}`),
      publint.ok ? "" : publint.output,
      types.ok ? "" : types.output,
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
