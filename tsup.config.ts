import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    mod: "mod.ts",
    client: "src/client/mod.ts",
    dev: "src/dev/mod.ts",
    logging: "src/logger/mod.ts",
    logtape: "src/logger/bridges/logtape.ts",
    pino: "src/logger/bridges/pino.ts",
    std_log: "src/logger/bridges/std_log.ts",
    transport: "src/transport/mod.ts",
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
