/** Reads a repository. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";

const LEFT_OUT = new Set(["node_modules", "dist", "coverage", "site"]);

/** The paths of a repository's files, relative to its root, without what is installed or built. */
export async function listFiles(root: string, folder = ""): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = await Promise.all(entries.map(async (entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) return entry.name.startsWith(".") ? [] : [path];
    const skip = !entry.isDirectory() || entry.name.startsWith(".") || LEFT_OUT.has(entry.name);
    return skip ? [] : await listFiles(root, path);
  }));
  return found.flat().sort();
}
