/**
 * `npm run test:built`: runs the native suite on the build, under the Node that runs this. `npm run test:built -- 22 24`
 * runs it under those releases of Node instead, which npm fetches. The last line is `N passed, M failed`.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./lib/command.mjs";
import { sum } from "./lib/junit.mjs";
import { runSuite } from "./lib/run_suite.mjs";
import { nodeSuite } from "./lib/suites.mjs";

const releases = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "conveyor-built-"));
try {
  const counts = [];
  for (const release of releases.length > 0 ? releases : [""]) {
    const [command, ...before] = release === "" ? ["node"] : ["npx", "-y", `node@${release}`];
    const { output } = await run(command, [...before, "--version"]);
    const version = /v\d+\.\d+\.\d+/.exec(output)?.[0] ?? `node ${release}`;
    counts.push(await runSuite(nodeSuite(version, command, before), folder));
  }
  const { passed, failed } = sum(counts);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
