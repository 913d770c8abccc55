import type { Plugin } from "esbuild";
import { defineConfig } from "tsup";

/** What users import. */
const entry = {
  mod: "mod.ts",
  client: "src/client/mod.ts",
  dev: "src/dev/mod.ts",
  logging: "src/logger/mod.ts",
  logtape: "src/logger/bridges/logtape.ts",
  pino: "src/logger/bridges/pino.ts",
  std_log: "src/logger/bridges/std_log.ts",
  transport: "src/transport/mod.ts",
};

export default defineConfig({
  entry: {
    ...entry,
    // What the conditions of `#tcp` in package.json select.
    tcp: "src/transport/tcp/tcp_dial.ts",
    no_tcp: "src/transport/tcp/no_tcp.ts",
  },
  esbuildPlugins: [tcp],
  format: "esm",
  target: "es2022",
  platform: "neutral",
  dts: { entry },
  sourcemap: true,
  splitting: true,
  clean: true,
  treeshake: true,
  external: ["#tcp", /^@nats-io\//, "eventsource-parser"],
  noExternal: ["@cfworker/json-schema", "hono", /^hono\//, "jose", /^jose\//],
});
