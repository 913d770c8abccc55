import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A file of the package's source. */
export interface SourceFile {
  /** Its path from the project's folder, with `/`. */
  path: string;
  text: string;
  /** What it imports: paths from the project's folder for its own files, specifiers for others. */
  imports: string[];
}

/** Reads `mod.ts` and all of `src/`. */
export function readSourceFiles(): SourceFile[] {
  const found = readdirSync(posix.join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => `src/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts"));
  return ["mod.ts", ...found.sort()].map((path) => {
    const text = readFileSync(posix.join(ROOT, path), "utf8");
    const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) =>
      fileName.startsWith(".") ? posix.join(posix.dirname(path), fileName) : fileName
    );
    return { path, text, imports };
  });
}

/** The global names of a runtime that a file uses: identifiers that no dot and no declaration makes something else. */
export function usedGlobals(file: SourceFile, names: ReadonlySet<string>): string[] {
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  const used: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node) && names.has(node.text) && isUse(node)) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      used.push(`${file.path}:${line + 1} uses ${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return used;
}

function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === node || parent.expression.getText() === "globalThis";
  }
  const names = ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent);
  return !(names && parent.name === node);
}
