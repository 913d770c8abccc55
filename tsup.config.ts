import type { Plugin } from "esbuild";
import { defineConfig } from "tsup";

// The order decides how a bundler orders the chunks: code that is alike, side by side, compresses better.
const entries = {
  mod: "mod.ts",
  dev: "src/dev/mod.ts",
  transport: "src/transport/mod.ts",
  client: "src/client/mod.ts",
  logging: "src/logger/mod.ts",
  logtape: "src/logger/bridges/logtape.ts",
  pino: "src/logger/bridges/pino.ts",
  std_log: "src/logger/bridges/std_log.ts",
};

/** Imports TCP as `#tcp`, which package.json maps to nothing but an error in bundles for browsers and workerd. */
const tcp: Plugin = {
  name: "tcp",
  setup({ onResolve }) {
    onResolve(
      { filter: /^\.\/tcp\/tcp_transport\.ts$/ },
      () => ({ path: "#tcp", external: true }),
    );
  },
};

export default defineConfig({
  entry: {
    ...entries,
    tcp: "src/transport/tcp/tcp_transport.ts",
    web_tcp: "src/transport/tcp/web_tcp_transport.ts",
  },
  esbuildPlugins: [tcp],
  format: "esm",
  target: "es2022",
  platform: "neutral",
  dts: { entry: entries },
  sourcemap: true,
  splitting: true,
  clean: true,
  treeshake: true,
  external: [/^@nats-io\//, "#tcp", "eventsource-parser"],
  noExternal: ["@cfworker/json-schema", "hono", /^hono\//, "jose", /^jose\//],
});
