/** The public surface as a report: one line a name, with its signature, so that a change of it is seen in review. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "../lib/command.mjs";

const REPORT = "docs/public_surface.txt";

/** @returns {Promise<string>} How the surface differs from the report, which is then written anew. */
export async function surfaceProblems() {
  const { exports } = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
  const report = Object.entries(exports)
    .map(([entry, source]) =>
      `${entry}\n${surfaceOf(source).map((line) => `  ${line}\n`).join("")}`
    )
    .join("\n");
  const before = await readFile(join(ROOT, REPORT), "utf8").catch(() => "");
  if (before === report) return "";
  await writeFile(join(ROOT, REPORT), report);
  const [old, now] = [before.split("\n"), report.split("\n")];
  return [
    `the public surface has changed; ${REPORT} was written to match: review it and commit it`,
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ].join("\n");
}

/** @type {ts.Program | undefined} */
let program;

/** The names that an entry exports, each with its signature. @param {string} source @returns {string[]} */
export function surfaceOf(source) {
  program ??= createProgram();
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(ROOT, source));
  const symbol = file && checker.getSymbolAtLocation(file);
  if (!symbol) throw new Error(`${source} is no module of the program`);
  return checker.getExportsOfModule(symbol).map((exported) => signatureOf(checker, exported))
    .sort((a, b) => a < b ? -1 : 1);
}

function createProgram() {
  const config = ts.getParsedCommandLineOfConfigFile(join(ROOT, "tsconfig.json"), {}, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic({ messageText }) {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
    },
  });
  if (!config) throw new Error("tsconfig.json cannot be read");
  return ts.createProgram(config.fileNames, config.options);
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} exported */
function signatureOf(checker, exported) {
  const symbol = exported.flags & ts.SymbolFlags.Alias
    ? checker.getAliasedSymbol(exported)
    : exported;
  const [declaration] = symbol.declarations ?? [];
  if (!declaration) return exported.name;
  const text = ts.isFunctionDeclaration(declaration)
    ? checker.typeToString(
      checker.getTypeOfSymbolAtLocation(symbol, declaration),
      declaration,
      ts.TypeFormatFlags.NoTruncation,
    )
    : withoutBodies(declaration);
  const kind = ts.isFunctionDeclaration(declaration)
    ? "function"
    : ts.isVariableDeclaration(declaration)
    ? "const"
    : "";
  return [kind, kind && exported.name + (kind === "function" ? "" : ""), text]
    .filter(Boolean).join(" ").replaceAll(/\s+/g, " ");
}

/** A declaration without comments, private members and bodies. @param {ts.Node} declaration */
function withoutBodies(declaration) {
  const source = declaration.getSourceFile();
  const result = ts.transform(declaration, [
    (context) => {
      const visit = (/** @type {ts.Node} */ node) => {
        if (ts.isClassElement(node) && node.name && ts.isPrivateIdentifier(node.name)) {
          return undefined;
        }
        if (ts.isBlock(node)) return undefined;
        if (ts.isPropertyDeclaration(node) && node.type) {
          return ts.factory.updatePropertyDeclaration(
            node,
            node.modifiers,
            node.name,
            node.questionToken,
            node.type,
            undefined,
          );
        }
        return ts.visitEachChild(node, visit, context);
      };
      return (node) => /** @type {ts.Node} */ (ts.visitNode(node, visit));
    },
  ]);
  const printer = ts.createPrinter({ removeComments: true });
  const [node] = result.transformed;
  const text = printer.printNode(ts.EmitHint.Unspecified, node ?? declaration, source);
  result.dispose();
  return text.replace(/^export /, "");
}
