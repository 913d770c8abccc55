/** Runs one suite on one runtime, prints a line about it, and its output if it fails. */

import { join } from "node:path";
import { run } from "./command.mjs";
import { readCounts } from "./junit.mjs";
import { indented, seconds } from "./report.mjs";

/**
 * @param {import("./suites.mjs").Suite} suite
 * @param {string} folder Where its report goes.
 * @param {Record<string, string>} [env]
 */
export async function runSuite({ runtime, suite, command, args }, folder, env) {
  const report = join(folder, `${runtime}-${suite.replace(" ", "-")}.xml`);
  const { ok, code, output, ms } = await run(command, args(report), { env });
  const counts = await readCounts(report);
  // A runner that fails without a failed test, or that ran none, is a failure too.
  if (counts.failed === 0 && (!ok || counts.passed === 0)) counts.failed = 1;
  const good = counts.failed === 0;
  console.log(
    `${good ? " ok " : "fail"} ${seconds(ms)}  ${
      runtime.padEnd(4)
    }  ${suite}: ${counts.passed} passed, ${counts.failed} failed`,
  );
  if (!good) console.log(indented(`${output}\n${command} ended with code ${code}`));
  return counts;
}
