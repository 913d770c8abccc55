import { createClient, createDriver, createDriverManager } from "@conveyor/driver";
import { expect, test } from "vitest";
import { decodeDriverMessage } from "../../../src/protocol/driver_message.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { BUILD, startedServer, WORKFLOW } from "../support.ts";

test("v1 has one stream, its own resource paths, and no pipelines or logs", async () => {
  const { server, call } = await startedServer({ generation: "v1" });
  await using connection = await connectBroker(server.broker, server.broker.transport);
  expect(await connection.streamInfo("messages")).toMatchObject({
    subjects: ["resources.>", "events.>"],
    retention: "workqueue",
  });
  expect(await connection.streamInfo("pipeline-engine")).toBeUndefined();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const seen: Uint8Array[] = [];
  connection.subscribe("resources.workflow", ({ data }) => seen.push(data));
  expect((await call("POST", "/resources/", { ...BUILD, pipeline: "ship" })).status).toBe(201);
  const plain = { ...BUILD, id: expect.any(String) };
  expect((await call("GET", "/resources/build/workflow")).body).toEqual(plain);
  await connection.flush();
  expect(seen.map((data) => decodeDriverMessage(data).rawResource)).toEqual([plain]);
  expect((await call("GET", "/resources/workflow/build")).status).toBe(500);
  expect((await connection.streamInfo("messages"))?.messages).toBe(1);
  expect((await call("GET", "/logs")).status).toBe(404);
  expect((await call("POST", "/pipelines/", {})).status).toBe(404);
});

test("a driver detects the v1 protocol and receives its events", async () => {
  const { server, call } = await startedServer({ generation: "v1" });
  await call("POST", "/resource-definitions/", WORKFLOW);
  const events: unknown[] = [];
  const driver = createDriver({
    name: "build",
    resources: ["workflow"],
    reconcile({ event, resource, runId }) {
      events.push({ event, name: resource.name, spec: resource.spec, runId });
    },
  });
  const client = createClient({ protocol: "v1", url: "http://conveyor.test", fetch: server.fetch });
  await using manager = createDriverManager({
    driver,
    client,
    ...server.broker,
    runLog: "off", // There is no Loki, which v1 stores lines in.
    handleSignals: false,
    console: false,
  });
  const running = manager.run();
  await manager.ready;
  const { runId } = await client.createResource(BUILD);
  await expect.poll(() => events).toEqual([
    { event: "create", name: "build", spec: BUILD.spec, runId },
  ]);
  expect(await client.getResource("build", "workflow")).toMatchObject(BUILD);
  await manager.stop();
  await running;
});
