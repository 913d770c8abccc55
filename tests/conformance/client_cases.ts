import { createClient, createDriver, createDriverManager, NotFoundError } from "@conveyor/driver";
import { expect, test } from "vitest";
import { createType } from "./definition_cases.ts";
import type { Target } from "./target.ts";

/** Defines the tests that use this package: its client, its drivers and their manager. */
export function clientCases(target: Target): void {
  const { url, broker, credentials, unique, later, connection } = target;

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
    expect(lines.sort()).toEqual(["create 0", "process 1", "process 2"]);
    const outcome = async () => (await client.getResource(name, type)).metadata;
    await expect.poll(outcome, { timeout: 10_000 }).toHaveProperty([`driverresults.${names[2]}`]);
    const results = await outcome();
    expect(JSON.parse(results[`driverresults.${names[2]}`]!)).toEqual({
      success: true,
      message: "2",
      data: names.slice(0, 2),
      driver: names[2],
    });
    await manager.stop();
    await running;
  });

  test("an absent object is a NotFoundError, whatever the status", async () => {
    const client = createClient({ url, credentials: credentials ?? false });
    const type = await createType(target, "absent-for-client");
    await expect(client.getResource(unique("absent"), type)).rejects.toThrow(NotFoundError);
    await expect(client.getResourceDefinition(unique("absent"))).rejects.toThrow(NotFoundError);
  });
}
