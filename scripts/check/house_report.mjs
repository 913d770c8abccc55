/** Prints what the house looks like: entries, rooms, the longest files and functions, circles, bundle sizes. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { bundleSize, SCRIPTS } from "../lib/bundle_size.mjs";
import { ROOT } from "../lib/command.mjs";
import { importCircles, readSourceFiles, roomOf } from "../lib/source_graph.mjs";
import { surfaceOf } from "./public_surface.mjs";

/** Checks the sizes of bundles. @returns {Promise<string[]>} What is too large. */
export async function bundleProblems() {
  const problems = [];
  for (const { name, limit, ownLimit, code } of SCRIPTS) {
    const { bytes, ownBytes } = await bundleSize(code);
    if (bytes > limit) {
      problems.push(`${name} weighs ${bytes} B gzipped as one file, more than ${limit}`);
    }
    if (ownBytes > ownLimit) {
      problems.push(`${name} has ${ownBytes} B gzipped of our own code, more than ${ownLimit}`);
    }
  }
  return problems;
}

/** @returns {Promise<string>} */
export async function houseReport() {
  const files = readSourceFiles();
  const lines = ["entries"];
  const { exports } = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
  for (const [entry, source] of Object.entries(exports)) {
    lines.push(row(entry, `${surfaceOf(source).length} names`));
  }
  lines.push("rooms");
  /** @type {Map<string, { files: number, lines: number }>} */
  const byRoom = new Map();
  for (const { path, text } of files) {
    const room = byRoom.get(roomOf(path)) ?? { files: 0, lines: 0 };
    room.files++;
    room.lines += lineCount(text);
    byRoom.set(roomOf(path), room);
  }
  for (const [room, count] of [...byRoom].sort(([a], [b]) => a < b ? -1 : 1)) {
    lines.push(row(room, `${count.files} files, ${count.lines} lines`));
  }
  const longest = files.map(({ path, text }) => ({ path, lines: lineCount(text) }))
    .sort((a, b) => b.lines - a.lines)[0];
  const functions = files.flatMap(functionsOf).sort((a, b) => b.lines - a.lines);
  lines.push("longest");
  lines.push(row("file", `${longest?.path}, ${longest?.lines} lines`));
  lines.push(row("function", `${functions[0]?.name}, ${functions[0]?.lines} lines`));
  lines.push(row("import circles", String(importCircles(files).length)));
  lines.push("bundles, gzipped");
  for (const { name, limit, code } of SCRIPTS) {
    const { bytes, ownBytes, withMemoryBytes, startBytes } = await bundleSize(code);
    lines.push(
      row(name, `${bytes} B as one file, ${ownBytes} B of it our own; at most ${limit} B`),
    );
    if (withMemoryBytes > bytes) {
      lines.push(row("", `${withMemoryBytes} B with the memory broker, which is loaded on demand`));
    }
    lines.push(row("", `${startBytes} B loaded at the start of a split bundle`));
  }
  return lines.join("\n");
}

/** @param {string} name @param {string} value */
function row(name, value) {
  return `  ${name.padEnd(34)} ${value}`;
}

/** @param {string} text */
function lineCount(text) {
  return text.split("\n").length - 1;
}

/** @param {import("../lib/source_graph.mjs").SourceFile} file */
function functionsOf({ path, text }) {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  /** @type {{ name: string, lines: number }[]} */
  const found = [];
  const lineAt = (/** @type {number} */ position) =>
    tree.getLineAndCharacterOfPosition(position).line;
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const name = node.name && !ts.isComputedPropertyName(node.name)
        ? node.name.getText(tree)
        : "(anonymous)";
      const lines = lineAt(node.end) - lineAt(node.getStart(tree)) + 1;
      found.push({ name: `${name} in ${path}`, lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
