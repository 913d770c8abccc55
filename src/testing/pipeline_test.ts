/** Tests of whole pipelines, on an embedded server. @module */

import { createClient } from "../client/create_client.ts";
import type { Client } from "../client/client.ts";
import { ensureDefinitions } from "../client/helpers/ensure_definitions.ts";
import { runResource } from "../client/helpers/run_resource.ts";
import type { RunOutcome } from "../client/helpers/run_progress.ts";
import type { Driver } from "../driver.ts";
import { ConfigError } from "../errors.ts";
import { createDriverManager } from "../manager/create_driver_manager.ts";
import type { DriverManager } from "../manager/driver_manager.ts";
import type { DriverManagerOptions } from "../manager/options.ts";
import { OWN_ENTRY } from "../protocol/logs/end_of_log.ts";
import type { LogEntry } from "../protocol/logs/log_entry.ts";
import type { JsonSchema } from "../protocol/resources/resource_definition.ts";
import type { Transport } from "../transport/transport.ts";

/** The part of an embedded server that a pipeline's test uses: `createDevServer()` of `@conveyor/driver/dev`. */
export interface PipelineServer {
  /** Handles a request of the REST API. */
  readonly fetch: (
    input: Request | URL | string,
    init?: RequestInit,
  ) => Promise<Response>;
  /** Options by which a manager connects to its broker. */
  readonly broker: {
    readonly servers: string[];
    readonly transport?: Transport;
  };
  /** Starts it. */
  start(): Promise<void>;
  /** Ends it. */
  close(): Promise<void>;
}

/** Options of {@linkcode createPipelineTest}. */
export interface PipelineTestOptions {
  /** The drivers, in the order of the pipeline's steps. */
  drivers: readonly [Driver, ...Driver[]];
  /** The name of the resource type. @default the first one of the first driver */
  resource?: string;
  /** The JSON Schema of the resource type. @default {{ type: "object" }} */
  schema?: JsonSchema;
  /** Further options of the drivers' manager. */
  manager?: Omit<
    DriverManagerOptions,
    "driver" | "drivers" | "client" | "servers" | "transport" | "handleSignals"
  >;
}

/** Options of a run of a {@linkcode PipelineTest}. */
export interface PipelineRunOptions {
  /** The spec of the resource. @default {{}} */
  spec?: unknown;
  /** The name of the resource. @default another one for each run */
  name?: string;
  /** Deadline of the run, in milliseconds. @default {30000} */
  timeoutMs?: number;
}

/** How a pipeline ran. */
export interface PipelineReport extends RunOutcome {
  /** The id of the run. */
  readonly runId: string;
  /** The lines that the drivers have written, in all steps. */
  readonly lines: readonly LogEntry[];
  /** The texts of the lines. */
  readonly messages: readonly string[];
}

/** A pipeline under test. */
export interface PipelineTest extends AsyncDisposable {
  /** A client of the server. */
  readonly client: Client;
  /** The manager of the drivers. */
  readonly manager: DriverManager;
  /** Creates a resource that runs through the pipeline, and resolves when the run is complete. */
  run(options?: PipelineRunOptions): Promise<PipelineReport>;
}

/** The pipeline's name. */
const PIPELINE = "test";

/**
 * Starts a server, drivers, and a pipeline of them: in this process, over the real API and in real time. All of it ends when the
 * test is disposed of, the server included.
 *
 * @throws {ConfigError} when an option is invalid.
 *
 * @example
 * ```ts
 * import { createDriver } from "@conveyor/driver";
 * import { createDevServer } from "@conveyor/driver/dev";
 * import { createPipelineTest } from "@conveyor/driver/testing";
 *
 * const build = createDriver({
 *   name: "build",
 *   resources: ["workflow"],
 *   reconcile: ({ resource }) => ({ success: true, data: { image: resource.name } }),
 * });
 * const deploy = createDriver({
 *   name: "deploy",
 *   resources: ["workflow"],
 *   reconcile: ({ results }) => ({ success: true, data: results["build"]?.data }),
 * });
 *
 * await using pipeline = await createPipelineTest(createDevServer(), { drivers: [build, deploy] });
 * const { success, results } = await pipeline.run({ name: "web", spec: { region: "eu" } });
 * console.log(success, results["deploy"]?.data); // true { image: "web" }
 * ```
 */
export async function createPipelineTest(
  server: PipelineServer,
  options: PipelineTestOptions,
): Promise<PipelineTest> {
  const { drivers, schema = { type: "object" }, manager: managerOptions } = options;
  const resource = options.resource ?? drivers[0]?.resources[0];
  if (resource === undefined) {
    throw new ConfigError(
      "drivers",
      "drivers must be a list of at least one driver, got none",
    );
  }
  const client = createClient({
    url: "http://conveyor.test",
    credentials: false,
    fetch: server.fetch,
  });
  const manager = createDriverManager({
    console: false,
    ...managerOptions,
    drivers,
    client,
    ...server.broker,
    handleSignals: false,
  });
  const steps = drivers.map(({ name }) => name);
  await server.start();
  const running = manager.run();
  const end = async () => {
    await manager.stop("the test has ended");
    await running;
    await server.close();
  };
  try {
    await ensureDefinitions(client, {
      definitions: [{ name: resource, schema }],
      pipelines: [{ name: PIPELINE, resource, steps }],
    });
    await Promise.race([manager.ready, running]);
  } catch (error) {
    await end();
    throw error;
  }
  let runs = 0;
  let ending: Promise<void> | undefined;
  return {
    client,
    manager,
    async run({ spec = {}, name = `test-${++runs}`, timeoutMs = 30_000 } = {}) {
      const lines: LogEntry[] = [];
      const onLog = (line: LogEntry) => {
        if (!line.message.startsWith(OWN_ENTRY)) lines.push(line);
      };
      const outcome = await runResource(
        client,
        { name, resource, pipeline: PIPELINE, spec },
        { steps, timeoutMs, onLog },
      );
      return {
        ...outcome,
        lines,
        messages: lines.map(({ message }) => message),
      };
    },
    [Symbol.asyncDispose]: () => ending ??= end(),
  };
}
