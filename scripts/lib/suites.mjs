/** How each runtime runs the two suites: the shared one by vitest, the native one by the runtime's own runner. */

/**
 * @typedef {{ runtime: string, suite: string, command: string, args: (report: string) => string[] }} Suite
 */

const VITEST = "node_modules/vitest/vitest.mjs";
const SMOKE = "tests/smoke";

/** @param {string[]} filters Parts of paths that narrow the shared suite down. @returns {Suite[]} */
export function sharedSuites(filters) {
  const args = (
    /** @type {string} */ report,
  ) => [
    "run",
    "--reporter=default",
    "--reporter=junit",
    `--outputFile.junit=${report}`,
    ...filters,
  ];
  const suite = "shared suite";
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

/** @returns {Suite[]} */
export function nativeSuites() {
  const suite = "native suite";
  return [
    {
      runtime: "node",
      suite,
      command: "node",
      args: (report) => [
        "--import",
        "tsx",
        "--test",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=junit",
        `--test-reporter-destination=${report}`,
        `${SMOKE}/driver.test.ts`,
      ],
    },
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
