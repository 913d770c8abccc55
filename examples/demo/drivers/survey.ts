/** Counts the files and lines of the repository. */

import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { createDriver } from "@conveyor/driver";
import { listFiles } from "../repository.ts";
import { RepositorySpec, TYPE } from "../spec.ts";

/** What the survey found: the later steps read it. */
export interface Survey {
  files: string[];
  lines: number;
}

const KINDS: Readonly<Record<string, string>> = {
  ".ts": "TypeScript",
  ".js": "JavaScript",
  ".mjs": "JavaScript",
  ".md": "Markdown",
  ".json": "JSON",
  ".yml": "YAML",
};

/** Counts files and lines, by kind. */
export const survey = createDriver({
  name: "survey",
  resources: [TYPE],
  spec: RepositorySpec,
  async reconcile({ resource: { spec }, logger, signal }) {
    logger.info(`reading ${spec.root}`);
    const files = await listFiles(spec.root);
    const byKind = new Map<string, { files: number; lines: number }>();
    let lines = 0;
    for (const file of files) {
      signal.throwIfAborted();
      const count = (await readFile(join(spec.root, file), "utf8")).split("\n").length - 1;
      const kind = KINDS[extname(file)] ?? "other";
      const sum = byKind.get(kind) ?? { files: 0, lines: 0 };
      byKind.set(kind, { files: sum.files + 1, lines: sum.lines + count });
      lines += count;
    }
    for (const [kind, sum] of [...byKind].sort(([, a], [, b]) => b.lines - a.lines)) {
      logger.info(`${kind.padEnd(12)}${number(sum.files, 5)} files${number(sum.lines, 9)} lines`);
    }
    const data: Survey = { files, lines };
    return {
      success: true,
      message: `${number(files.length)} files, ${number(lines)} lines`,
      data,
    };
  },
});

function number(value: number, width = 0): string {
  return value.toLocaleString("en-US").padStart(width);
}
