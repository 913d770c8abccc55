/** Type-checks the package's declarations as projects with few `lib`s see them, dependencies included. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, run } from "../lib/command.mjs";

/** What users set up. None has Node's types. */
const PLATFORMS = [
  { name: "browsers", lib: ["ES2022", "DOM"], types: [] },
  { name: "workers", lib: ["ES2022", "WebWorker"], types: [] },
  { name: "Cloudflare", lib: ["ES2022"], types: ["@cloudflare/workers-types"] },
];

/** Callbacks whose result is ignored may have any. */
const PROGRAM = `import { createClient, runResource, type LogEntry } from "@conveyor/driver/client";
import { createDriver, createDriverManager, createLogger } from "@conveyor/driver";
import { createDevServer } from "@conveyor/driver/dev";
import { consoleSink } from "@conveyor/driver/logging";
import { createLogTapeSink } from "@conveyor/driver/logtape";
import { openTelemetry } from "@conveyor/driver/otel";
import { createPinoDestination } from "@conveyor/driver/pino";
import { run } from "@conveyor/driver/process";
import { createStdLogHandler } from "@conveyor/driver/std-log";
import { testDriver } from "@conveyor/driver/testing";
import { connectBroker } from "@conveyor/driver/transport";

const seen: unknown[] = [];
const client = createClient({ url: "http://ci.example.com", onRequest: ({ method }) => seen.push(method) });
const onLog = (entry: LogEntry) => seen.push(entry);
await runResource(client, { name: "web", resource: "site", spec: {} }, { onLog });
for await (const entry of client.streamLogs({ runId: "1" })) seen.push(entry);

createLogger({ driver: "build", runId: "1", sinks: [(record) => seen.push(record)] }).info("line");
const driver = createDriver({ name: "build", resources: ["site"], reconcile: () => undefined });
await createDriverManager({ drivers: [driver], onEvent: (event) => seen.push(event) }).run();
seen.push(createDevServer, consoleSink, createLogTapeSink, openTelemetry, createPinoDestination, run);
seen.push(createStdLogHandler, testDriver, connectBroker);
`;

/** @returns {Promise<string[]>} What the compiler says, for each platform. */
export async function userTypeProblems() {
  const cache = join(ROOT, ".cache");
  await mkdir(cache, { recursive: true });
  // Inside the project, so that `@conveyor/driver` means this package as its users get it.
  const folder = await mkdtemp(join(cache, "user-types-"));
  try {
    await writeFile(join(folder, "program.ts"), PROGRAM);
    return await Promise.all(PLATFORMS.map((platform) => problemsOn(platform, folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {{ name: string, lib: string[], types: string[] }} platform @param {string} folder */
async function problemsOn({ name, lib, types }, folder) {
  const config = join(folder, `${name}.json`);
  const compilerOptions = {
    lib,
    types,
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "bundler",
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  await writeFile(config, JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  const { ok, output } = await run("tsc", ["-p", config, "--pretty", "false"]);
  return ok ? "" : `with the types of ${name}:\n${output}`;
}
