/** How each runtime runs the two suites: the shared one by vitest, the native one by the runtime's own runner. */

/**
 * `args` are made for the path of the report that the runner is to write.
 *
 * @typedef {{ runtime: string, suite: string, command: string, args: (report: string) => string[] }} Suite
 */

const VITEST = "node_modules/vitest/vitest.mjs";
const SMOKE = "tests/smoke/driver.test.ts";

/**
 * The shared suite on each runtime.
 *
 * @param {string[]} filters Parts of paths that narrow it down.
 * @returns {Suite[]}
 */
export function sharedSuites(filters) {
  const suite = "shared suite";
  const args = (/** @type {string} */ report) => [
    "run",
    "--reporter=default",
    "--reporter=junit",
    `--outputFile.junit=${report}`,
    ...filters,
  ];
  return [
    { runtime: "node", suite, command: "node", args: (report) => [VITEST, ...args(report)] },
    {
      runtime: "deno",
      suite,
      command: "deno",
      args: (report) => ["run", "-A", VITEST, ...args(report)],
    },
    { runtime: "bun", suite, command: "bun", args: (report) => ["--bun", VITEST, ...args(report)] },
  ];
}

/**
 * The native suite on each runtime.
 *
 * @returns {Suite[]}
 */
export function nativeSuites() {
  const suite = "native suite";
  return [
    nodeSuite("node", "node", []),
    {
      runtime: "deno",
      suite,
      command: "deno",
      args: (report) => ["test", "-A", `--junit-path=${report}`, SMOKE],
    },
    {
      runtime: "bun",
      suite,
      command: "bun",
      args: (report) => ["test", "--reporter=junit", `--reporter-outfile=${report}`, `./${SMOKE}`],
    },
  ];
}

/**
 * The native suite on a Node, which runs the build: `@conveyor/driver` is this package by its own name.
 *
 * @param {string} runtime What to call it.
 * @param {string} command
 * @param {string[]} before What comes before Node's own arguments.
 * @returns {Suite}
 */
export function nodeSuite(runtime, command, before) {
  const args = (/** @type {string} */ report) => [
    ...before,
    "--import=tsx", // Node 20 does not run TypeScript itself.
    "--test",
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    `--test-reporter-destination=${report}`,
    SMOKE,
  ];
  return { runtime, suite: "native suite", command, args };
}
