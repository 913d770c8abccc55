import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests of what npm does, which runs on Node whatever runs the tests: once is enough. */
const ON_NODE_ALONE = ["tests/demo/demo.test.ts"];
const isNode = !("deno" in process.versions) && !("bun" in process.versions);

/**
 * Tests that leave nothing behind in their process share one, which saves a quarter of their time. All that start managers,
 * which listen for signals and say some things once, have one for each file.
 */
const SHARED_PROCESS = [
  "tests/*.test.ts",
  ...[
    "async",
    "client",
    "conformance",
    "credentials",
    "dev",
    "encoding",
    "house",
    "logger",
    "otel",
    "protocol",
    "settings",
    "telemetry",
    "transport/contract",
    "transport/memory",
    "transport/nats/pull",
    "transport/shared",
    "types",
  ].map((folder) => `tests/${folder}/**/*.test.ts`),
];

/** Tests that the runners of the runtimes, or a browser, have for themselves. */
const ELSEWHERE = ["tests/smoke/**", "tests/site/**", "node_modules/**"];

/** Those that take longest come first, so that no core is idle at the end. */
const LONGEST = [
  "tests/simulate/seeds",
  "tests/cli/",
  "tests/demo/",
  "tests/manager/settlement/outage",
  "tests/manager/settlement/store_late",
  "tests/manager/settlement/outcome_records",
  "tests/manager/session/permissions",
  "tests/client/helpers/stream_whole_log",
  "tests/client/http/any_answer_fuzz",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      Number(LONGEST.some((path) => moduleId.includes(path)));
    return (await super.sort(files)).sort((one, other) => isLong(other) - isLong(one));
  }
}

export default defineConfig({
  resolve: {
    alias: {
      "@conveyor/driver/cli": at("./src/cli/mod.ts"),
      "@conveyor/driver/client": at("./src/client/mod.ts"),
      "@conveyor/driver/dev": at("./src/dev/mod.ts"),
      "@conveyor/driver/logging": at("./src/logger/mod.ts"),
      "@conveyor/driver/logtape": at("./src/logger/bridges/logtape.ts"),
      "@conveyor/driver/otel": at("./src/otel/mod.ts"),
      "@conveyor/driver/pino": at("./src/logger/bridges/pino.ts"),
      "@conveyor/driver/process": at("./src/process/mod.ts"),
      "@conveyor/driver/std-log": at("./src/logger/bridges/std_log.ts"),
      "@conveyor/driver/testing": at("./src/testing/mod.ts"),
      "@conveyor/driver/transport": at("./src/transport/mod.ts"),
      "@conveyor/driver": at("./mod.ts"),
    },
  },
  test: {
    globalSetup: ["tests/support/global_setup.ts"],
    coverage: { include: ["mod.ts", "src/**"], reporter: ["text-summary", "html"] },
    pool: "forks",
    // Many tests wait for servers and programs of their own: fewer workers leave cores idle.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "shared process",
          include: SHARED_PROCESS,
          exclude: ELSEWHERE,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "own process",
          include: ["tests/**/*.test.ts"],
          exclude: [...ELSEWHERE, ...SHARED_PROCESS, ...isNode ? [] : ON_NODE_ALONE],
        },
      },
    ],
  },
});
