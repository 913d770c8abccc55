import { defineConfig } from "tsup";

export default defineConfig({
  // The order decides how a bundler orders the chunks: code that is alike, side by side, compresses better.
  entry: {
    mod: "mod.ts",
    dev: "src/dev/mod.ts",
    transport: "src/transport/mod.ts",
    client: "src/client/mod.ts",
    logging: "src/logger/mod.ts",
    logtape: "src/logger/bridges/logtape.ts",
    pino: "src/logger/bridges/pino.ts",
    std_log: "src/logger/bridges/std_log.ts",
  },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  dts: true,
  sourcemap: true,
  splitting: true,
  clean: true,
  treeshake: true,
  external: [/^@nats-io\//, "eventsource-parser"],
  noExternal: ["@cfworker/json-schema", "hono", /^hono\//, "jose", /^jose\//],
});
