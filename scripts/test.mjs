/**
 * `npm test`: builds the package, then runs the shared suite and the native suite on Node, Deno and Bun.
 *
 * `npm test -- --runtime=deno` runs one runtime; `npm test -- tests/logger` narrows the shared suite down.
 * Prints a line for each suite and, alone on the last line, `N passed, M failed`.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tsImport } from "tsx/esm/api";
import { run } from "./lib/command.mjs";
import { sum } from "./lib/junit.mjs";
import { seconds } from "./lib/report.mjs";
import { runSuite } from "./lib/run_suite.mjs";
import { nativeSuites, sharedSuites } from "./lib/suites.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runtime: { type: "string" } },
});

const started = performance.now();
const folder = await mkdtemp(join(tmpdir(), "conveyor-tests-"));
try {
  const env = { NATS_SERVER: await natsServer() };
  const built = await run("tsup", ["--silent"]);
  console.log(`${built.ok ? " ok " : "fail"} ${seconds(built.ms)}  build`);
  if (!built.ok) throw new Error(`the package cannot be built:\n${built.output}`);

  const suites = [...positionals.length === 0 ? nativeSuites() : [], ...sharedSuites(positionals)]
    .filter(({ runtime }) => values.runtime === undefined || values.runtime === runtime);
  const counts = [];
  for (const suite of suites) counts.push(await runSuite(suite, folder, env));
  const { passed, failed, skipped } = sum(counts);
  console.log(
    `     ${seconds(performance.now() - started)}  all of it${
      skipped > 0 ? `, ${skipped} skipped` : ""
    }`,
  );
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Finds the server that the tests run against, and prints which. Throws, with the way out, when there is none. @returns {Promise<string>} */
async function natsServer() {
  const { announceNatsServer } = await tsImport("../tests/support/nats_binary.ts", import.meta.url);
  return await announceNatsServer();
}
