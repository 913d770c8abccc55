import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests of what npm does, which runs on Node whatever runs the tests: once is enough. */
const ON_NODE_ALONE = ["tests/demo/demo.test.ts"];
const isNode = !("deno" in process.versions) && !("bun" in process.versions);

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
    include: ["tests/**/*.test.ts"],
    exclude: [
      "tests/smoke/**",
      "tests/site/**",
      "node_modules/**",
      ...isNode ? [] : ON_NODE_ALONE,
    ],
    globalSetup: ["tests/support/global_setup.ts"],
    coverage: { include: ["mod.ts", "src/**"], reporter: ["text-summary", "html"] },
    pool: "forks",
    // Many tests wait for servers and programs of their own: fewer workers leave cores idle.
    maxWorkers: 6,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
