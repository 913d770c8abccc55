/** Names the modules of the site as users import them, leads links out of the documents to the repository, adds what draws diagrams. */

import { copyFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { Converter, ReflectionKind, RendererEvent } from "typedoc";
import { REPOSITORY } from "./repository.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { name, exports } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));

/** The import of an entry, by its source. @type {Map<string, string>} */
const imports = new Map(
  Object.entries(exports).map(([entry, source]) => [source.slice(2), entry.replace(".", name)]),
);

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kind !== ReflectionKind.Module) return;
    const source = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile();
    const path = source?.fileName.slice(ROOT.length);
    reflection.name = imports.get(path ?? "") ?? reflection.name;
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    leadOut(project.readme ?? [], ".");
    for (const document of project.documents ?? []) {
      leadOut(document.content, "docs");
      // Its heading, instead of the name of its file.
      document.name = /^# (.+)$/m.exec(document.content[0]?.text ?? "")?.[1] ?? document.name;
    }
  });
  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    const mermaid = createRequire(import.meta.url).resolve("@mermaid-js/tiny/dist/mermaid.tiny.js");
    copyFileSync(mermaid, join(outputDirectory, "assets/mermaid.js"));
  });
}

/** What is no page of the site is in the repository. @param {import("typedoc").CommentDisplayPart[]} parts @param {string} folder */
function leadOut(parts, folder) {
  for (const part of parts) {
    if (part.kind !== "relative-link") continue;
    const path = posix.join(folder, part.text);
    if (/^(?:README|docs\/[\w-]+)\.md$/.test(path.replace(/#.*/, ""))) continue;
    Object.assign(part, { kind: "text", text: `${REPOSITORY}/${path}`, target: undefined });
  }
}
