import type { Plugin } from "esbuild";
import { defineConfig } from "tsup";

/** What users import. The order decides how a bundler orders the chunks: code that is alike, side by side, compresses better. */
const entry = {
  mod: "mod.ts",
  dev: "src/dev/mod.ts",
  transport: "src/transport/mod.ts",
  client: "src/client/mod.ts",
  logging: "src/logger/mod.ts",
  otel: "src/otel/mod.ts",
  logtape: "src/logger/bridges/logtape.ts",
  pino: "src/logger/bridges/pino.ts",
  std_log: "src/logger/bridges/std_log.ts",
  process: "src/process/mod.ts",
  testing: "src/testing/mod.ts",
};

/** Makes the import of `tcp_dial.ts` one of `#tcp`: its conditions in package.json keep sockets out of bundles for the edge. */
const tcpCondition: Plugin = {
  name: "tcp-condition",
  setup(build) {
    build.onResolve(
      { filter: /\/tcp_dial\.ts$/ },
      ({ kind }) => kind === "dynamic-import" ? { path: "#tcp", external: true } : undefined,
    );
  },
};

export default defineConfig({
  entry: {
    ...entry,
    tcp_dial: "src/transport/tcp/tcp_dial.ts",
    tcp_dial_edge: "src/transport/tcp/tcp_dial_edge.ts",
  },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  // `Symbol.asyncDispose` is in no `lib` that a user's project has by default.
  dts: { entry, banner: '/// <reference lib="esnext.disposable" />' },
  sourcemap: true,
  splitting: true,
  clean: true,
  treeshake: true,
  removeNodeProtocol: false,
  esbuildPlugins: [tcpCondition],
  external: [/^node:/, /^@nats-io\//, "@opentelemetry/api"],
  noExternal: ["@cfworker/json-schema", "hono", /^hono\//, "jose", /^jose\//],
});
