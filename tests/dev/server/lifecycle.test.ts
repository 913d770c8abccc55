import { createDevServer } from "@conveyor/driver/dev";
import { expect, test } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";
import { caller } from "../../support/api_call.ts";
import { BUILD, startedServer, WORKFLOW } from "../support.ts";

test("making a server does nothing: its transport is asked for a connection when it starts", async () => {
  const broker = createMemoryTransport();
  let connections = 0;
  await using server = createDevServer({
    transport: { connect: (options) => (connections += 1, broker.connect(options)) },
  });
  expect(connections).toBe(0);
  await Promise.all([server.start(), server.start(), server.fetch("http://x.test/health")]);
  expect(connections).toBe(1);
});

test("the v2 streams are made as the server makes them", async () => {
  const { server } = await startedServer();
  await using connection = await connectBroker(server.broker, server.broker.transport);
  expect(await connection.streamInfo("messages")).toMatchObject({
    subjects: ["resources.>", "events.>", "drivers.>"],
    retention: "interest",
  });
  expect(await connection.streamInfo("pipeline-engine")).toMatchObject({
    subjects: ["pipelines.>"],
    retention: "workqueue",
  });
  expect(await connection.streamInfo("logs-engine")).toMatchObject({
    subjects: ["logs.>"],
    retention: "workqueue",
  });
});

test("listening takes a free port on the loopback address and tells its URL", async () => {
  const { server } = await startedServer();
  expect(server.url).toBeUndefined();
  await using listener = await server.listen();
  expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`);
  expect(server.url).toBe(listener.url);
  expect((await fetch(`${listener.url}/health`)).status).toBe(200);
});

test("a listener that is closed leaves the server at work", async () => {
  const { server, call } = await startedServer();
  const listener = await server.listen();
  await listener.close();
  await listener.close();
  await expect(fetch(`${listener.url}/health`)).rejects.toThrow();
  expect((await call("GET", "/health")).status).toBe(200);
});

test("an address that is taken is an error that names it", async () => {
  const { server } = await startedServer();
  const { port } = await server.listen();
  await expect(server.listen({ port })).rejects.toThrow(
    new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: .+; choose another port, or 0 for any`),
  );
});

test("bodies and answers of any size and text pass through the listener unchanged", async () => {
  const { server } = await startedServer();
  const { url } = await server.listen();
  const call = caller(fetch, url);
  await call("POST", "/resource-definitions/", { ...WORKFLOW, schema: {} });
  const spec = { text: "ü🚀\n".repeat(100_000) };
  expect((await call("POST", "/resources/", { ...BUILD, spec })).status).toBe(201);
  expect((await call("GET", "/resources/workflow/build")).body).toMatchObject({ spec });
});

test("closing twice is the same as closing once, and a closed server says so", async () => {
  const server = createDevServer();
  await server.listen();
  await Promise.all([server.close(), server.close()]);
  await expect(server.start()).rejects.toThrow("cannot use the server: it was closed");
  await expect(server.fetch("http://x.test/")).rejects.toThrow("it was closed");
});

test("a server that never started closes at once", async () => {
  await createDevServer().close();
});

test("closing while there is no broker gives up the attempt", async () => {
  const transport = createMemoryTransport();
  transport.disconnect();
  const notices: string[] = [];
  const server = createDevServer({ transport, onNotice: (notice) => notices.push(notice) });
  const starting = server.start();
  await server.close();
  await expect(starting).rejects.toThrow("the server was closed");
  expect(notices).toEqual([expect.stringContaining("cannot connect")]);
});

test("a connection that is lost is told of, and when it is back the server goes on", async () => {
  const transport = createMemoryTransport();
  const { call, notices } = await startedServer({ transport });
  transport.disconnect();
  expect(notices).toEqual([expect.stringContaining("lost the connection")]);
  transport.reconnect();
  expect(notices.at(-1)).toContain("again");
  await call("POST", "/resource-definitions/", WORKFLOW);
  expect((await call("POST", "/resources/", BUILD)).status).toBe(201);
});

test("options that cannot be used are refused by name", () => {
  expect(() => createDevServer({ heartbeatMs: 0 })).toThrow(
    "heartbeatMs must be a number of milliseconds above 0, got 0",
  );
  expect(() => createDevServer({ protocol: "v3" as "v2" })).toThrow(
    `protocol must be "v1" or "v2", got a value of type string`,
  );
  expect(() => createDevServer({ servers: "http://localhost" })).toThrow(
    /cannot use .* as servers/,
  );
});
