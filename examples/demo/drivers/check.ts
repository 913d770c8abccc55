/** Checks that the imports and links of the repository's files exist. */

import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createDriver } from "@conveyor/driver";
import { RepositorySpec, TYPE } from "../spec.ts";
import type { Survey } from "./survey.ts";

const IMPORT = /^\s*(?:import|export)\b[^"'`;]*?(?:from\s+)?"(\.[^"]+)"/gm;
const LINK = /\[[^\]]*\]\((?!\w+:|#)([^)\s#]+)(?:#[^)]*)?\)/g;

/** Follows every relative import of the sources and every relative link of the documents. */
export const check = createDriver({
  name: "check",
  resources: [TYPE],
  spec: RepositorySpec,
  async reconcile({ resource: { spec }, results, logger, signal }) {
    const { files } = results["survey"]?.data as Survey;
    const own = files.filter((file) => !file.startsWith("examples/demo/problem/"));
    let followed = 0;
    const problems: string[] = [];
    for (const file of [...own, ...spec.alsoCheck]) {
      signal.throwIfAborted();
      for (const target of await targetsOf(spec.root, file)) {
        followed += 1;
        if (await exists(join(spec.root, dirname(file), target))) continue;
        const problem = `${file} points to ${target}, which is not there`;
        logger.error(problem);
        problems.push(problem);
      }
    }
    logger.info(`followed ${followed} imports and links`);
    const [first] = problems;
    if (first === undefined) {
      return { success: true, message: `${followed} imports and links lead somewhere` };
    }
    const others = problems.length - 1;
    return {
      success: false,
      message: others > 0 ? `${first}, and ${others} more` : first,
      data: { problems },
    };
  },
});

async function targetsOf(root: string, file: string): Promise<string[]> {
  const pattern = /\.[jt]s$/.test(file) ? IMPORT : file.endsWith(".md") ? LINK : undefined;
  if (!pattern) return [];
  const text = await readFile(join(root, file), "utf8");
  const prose = file.endsWith(".md") ? text.replace(/```[\s\S]*?```|`[^`\n]*`/g, "") : text;
  return [...prose.matchAll(pattern)].map(([, target]) => decodeURI(target ?? ""));
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}
