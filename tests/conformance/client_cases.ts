import { createClient, createDriver, createDriverManager, NotFoundError } from "@conveyor/driver";
import { readResults } from "@conveyor/driver/client";
import { expect, test } from "vitest";
import { createType } from "./definition_cases.ts";
import type { Target } from "./target.ts";

/** Defines the tests that use this package: its client, its drivers and their manager. */
export function clientCases(target: Target): void {
  const { url, broker, credentials, unique, later, connection, generation, since } = target;

  test("an absent object is a NotFoundError, whatever the status", async () => {
    const client = createClient({
      url,
      protocol: since("v2") ? "v2" : "v1",
      credentials: credentials ?? false,
    });
    const type = await createType(target, "absent-for-client");
    await expect(client.getResource(unique("absent"), type)).rejects.toThrow(NotFoundError);
    await expect(client.getResourceDefinition(unique("absent"))).rejects.toThrow(NotFoundError);
  });

  if (!since("v2")) return;

  test("drivers run by a manager take a resource through a pipeline, and the client follows it", async () => {
    const type = await createType(target, "managed");
    const names = ["fetch", "check", "ship"].map((what) => unique(`managed-${what}`));
    for (const name of names) later(() => connection.deleteConsumer("messages", name));
    const drivers = names.map((name, index) =>
      createDriver({
        name,
        resources: [type],
        reconcile({ logger, results, event }) {
          logger.info(`${event} ${index}`);
          return { success: true, message: `${index}`, data: Object.keys(results) };
        },
      })
    );
    const client = createClient({ url, credentials: credentials ?? false });
    await using manager = createDriverManager({
      drivers,
      client,
      ...broker,
      credentials: credentials ?? false,
      handleSignals: false,
      console: false,
      runLog: "off",
    });
    const running = manager.run();
    await manager.ready;
    const pipeline = unique("managed-pipeline");
    await client.createPipeline({
      name: pipeline,
      resource: type,
      steps: names.map((driver, index) => ({ id: `${index}`, name: `step ${index}`, driver })),
    });
    const name = unique("managed-run");
    later(() => client.deleteResource(name, type));
    const { runId } = await client.createResource({
      name,
      resource: type,
      pipeline,
      spec: { image: "alpine" },
    });
    const lines: string[] = [];
    for await (const { message } of client.streamLogs({ runId })) {
      lines.push(message);
      if (lines.length === names.length) break;
    }
    const event = generation === "v3" ? "create" : "process";
    expect(lines.sort()).toEqual(["create 0", `${event} 1`, `${event} 2`]);
    const outcome = async () => readResults(await client.getResource(name, type))[names[2]!];
    await expect.poll(outcome, { timeout: 10_000 }).toBeDefined();
    expect(await outcome()).toEqual({
      success: true,
      message: "2",
      data: expect.arrayContaining(names.slice(0, 2)), // The server's keys are in no order of time.
    });
    await manager.stop();
    await running;
  });
}
