import {
  type Client,
  createClient,
  createDriver,
  createDriverManager,
  type DriverDefinition,
  type DriverManager,
  type DriverManagerOptions,
  type ManagerEvent,
} from "@conveyor/driver";
import { createDevServer, type DevServer, type DevServerOptions } from "@conveyor/driver/dev";
import { onTestFinished } from "vitest";
import { Collector } from "../../support/collector.ts";

/** A server, its client, and drivers. */
export interface System {
  readonly server: DevServer;
  readonly client: Client;
  /** What the managers have reported. */
  readonly events: Collector<ManagerEvent>;
  /** Starts a driver for `workflow`, which asks the server unless told otherwise, and resolves when it is bound. */
  start(
    definition: Partial<DriverDefinition>,
    options?: Partial<DriverManagerOptions>,
  ): Promise<DriverManager>;
}

/** The pipeline of {@linkcode openSystem}. */
export const PIPELINE = "ship";

/** Opens a server in memory, with the resource type `workflow`, and a pipeline with steps of these drivers. */
export async function openSystem(
  steps: readonly string[] = ["build"],
  options: DevServerOptions = {},
): Promise<System> {
  const server = createDevServer({ onNotice: () => {}, ...options });
  const managers: DriverManager[] = [];
  onTestFinished(async () => {
    await Promise.all(managers.map((manager) => manager.stop("the test has finished")));
    await server.close();
  });
  await server.start();
  const client = clientOf(server);
  await client.createResourceDefinition({ name: "workflow", schema: { type: "object" } });
  await client.createPipeline({ name: PIPELINE, resource: "workflow", steps });
  const events = new Collector<ManagerEvent>();
  return {
    server,
    client,
    events,
    async start(definition, options) {
      const driver = createDriver({
        name: "build",
        resources: ["workflow"],
        reconcile() {},
        ...definition,
      });
      const manager = createDriverManager({
        driver,
        ...server.broker,
        client,
        sinks: [],
        console: false,
        handleSignals: false,
        backoff: { initialMs: 10, maxMs: 20 },
        onEvent: (event) => events.add(event),
        ...options,
      });
      managers.push(manager);
      const running = manager.run();
      await Promise.race([manager.ready, running]);
      return manager;
    },
  };
}

/** A client that calls a server without a network. */
export function clientOf(server: DevServer): Client {
  return createClient({ url: "http://conveyor.test", fetch: server.fetch });
}

/** Resolves when as many deliveries of a run have ended so. */
export async function ended(
  { events }: System,
  outcome: string,
  runId: string,
): Promise<Extract<ManagerEvent, { type: "run-ended" }>> {
  return await events.find((event): event is Extract<ManagerEvent, { type: "run-ended" }> =>
    event.type === "run-ended" && event.outcome === outcome && event.run.runId === runId
  );
}
