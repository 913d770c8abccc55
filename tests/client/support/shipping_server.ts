import { afterAll, beforeAll } from "vitest";
import { createDriver, createDriverManager, NonRetryableError } from "@conveyor/driver";
import { createDevServer } from "@conveyor/driver/dev";
import { type Client, createClient, ensureDefinitions } from "../../../src/client/mod.ts";

/** The resource types of the server. */
export const definitions = [{
  name: "workflow",
  schema: { type: "object", properties: { fail: { type: "boolean" } } },
}];

/** The steps of the pipeline `ship`. */
export const steps = ["build", "deploy"];

/** The pipelines of the server. */
export const pipelines = [{ name: "ship", resource: "workflow", steps }];

let count = 0;

/** A resource with a new name that runs through the pipeline. */
export function site(spec: { fail?: boolean } = {}) {
  return { name: `site${++count}`, resource: "workflow", pipeline: "ship", spec };
}

/** Starts a server with the drivers of the pipeline for the tests of a file. Returns a function that returns its client. */
export function useShippingServer(): () => Client {
  let client: Client;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const server = createDevServer();
    const { url } = await server.listen();
    const build = createDriver({
      name: "build",
      resources: ["workflow"],
      reconcile({ logger }) {
        for (let line = 1; line <= 50; line++) logger.info(`building ${line}`);
        return { success: true, message: "built", data: { size: 42 } };
      },
    });
    const deploy = createDriver<{ fail?: boolean }>({
      name: "deploy",
      resources: ["workflow"],
      reconcile({ logger, resource }) {
        logger.info("deploying");
        if (resource.spec.fail) throw new NonRetryableError("no room");
      },
    });
    const manager = createDriverManager({
      drivers: [build, deploy],
      ...server.broker,
      console: false,
      handleSignals: false,
    });
    const running = manager.run();
    close = async () => {
      await manager.stop();
      await running;
      await server.close();
    };
    await manager.ready;
    client = createClient({ url });
    await ensureDefinitions(client, { definitions, pipelines });
  });
  afterAll(() => close());

  return () => client;
}
