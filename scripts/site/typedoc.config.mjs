/** `npm run site`: a static site of the documents and of the doc comments, with search, in `site/`. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { REPOSITORY } from "./repository.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { exports } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));

/** @type {Partial<import("typedoc").TypeDocOptions>} */
export default {
  name: "@conveyor/driver",
  entryPoints: Object.values(exports).map((path) => join(ROOT, path)),
  projectDocuments: [join(ROOT, "docs/*.md")],
  readme: join(ROOT, "README.md"),
  out: join(ROOT, "site"),
  basePath: ROOT,
  tsconfig: join(ROOT, "tsconfig.json"),
  plugin: [fileURLToPath(new URL("./plugin.mjs", import.meta.url))],
  customJs: fileURLToPath(new URL("./diagrams.js", import.meta.url)),
  includeVersion: true,
  disableGit: true,
  sourceLinkTemplate: `${REPOSITORY}/{path}#L{line}`,
  excludeExternals: true,
  excludeInternal: true,
  excludePrivate: true,
  searchInDocuments: true,
  searchInComments: true,
  highlightLanguages: [
    "bash",
    "docker",
    "go",
    "ini",
    "javascript",
    "json",
    "jsonc",
    "text",
    "typescript",
    "yaml",
  ],
  ignoredHighlightLanguages: ["mermaid", "conf"],
  // Links between files are held by tests/house/documents.test.ts; TypeDoc does not know links to folders.
  validation: { invalidPath: false },
  treatWarningsAsErrors: true,
};
