import ts from "typescript";
import type { SourceFile } from "../../scripts/lib/source_graph.mjs";

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
