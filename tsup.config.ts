import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { defineConfig, type Options } from "tsup";

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

/** Packages that are bundled: they are in no user's install. */
const bundled = {
  noExternal: ["@cfworker/json-schema", "hono", /^hono\//, "jose", /^jose\//, "yaml"],
};

/** The program uses the files of the other entries, as a user's program does, so that it changes none of them. */
const entriesOfPackage: Plugin = {
  name: "entries-of-package",
  setup(build) {
    const files = new Map(
      Object.entries(entry).map(([name, path]) => [
        fileURLToPath(new URL(path, import.meta.url)),
        `./${name}.js`,
      ]),
    );
    build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir }) => {
      const file = files.get(resolve(resolveDir, path));
      return file === undefined ? undefined : { path: file, external: true };
    });
  },
};

/** The program is one file. What it imports later is not loaded at its start. */
const cli: Options = {
  entry: { cli: "src/cli/mod.ts" },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  banner: { js: "#!/usr/bin/env node" },
  sourcemap: true,
  splitting: false,
  treeshake: true,
  removeNodeProtocol: false,
  esbuildPlugins: [entriesOfPackage],
  external: [/^node:/],
  ...bundled,
};

/** What users import. */
export const library: Options = {
  entry: {
    ...entry,
    tcp_dial: "src/transport/tcp/tcp_dial.ts",
    tcp_dial_edge: "src/transport/tcp/tcp_dial_edge.ts",
  },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  // `Symbol.asyncDispose` is in no `lib` that a user's project has by default.
  dts: {
    entry: { ...entry, cli: "src/cli/mod.ts" },
    banner: '/// <reference lib="esnext.disposable" />',
  },
  sourcemap: true,
  splitting: true,
  // The two are built at the same time.
  clean: ["!cli.js", "!cli.js.map"],
  treeshake: true,
  removeNodeProtocol: false,
  esbuildPlugins: [tcpCondition],
  external: [/^node:/, /^@nats-io\//, "@opentelemetry/api"],
  ...bundled,
};

export default defineConfig([library, cli]);
