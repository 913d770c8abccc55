import { createDevServer } from "@conveyor/driver/dev";
import { createDriver, createDriverManager } from "@conveyor/driver";
import { expect, onTestFinished, test } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import { createMemoryTransport } from "../../../src/transport/memory_transport.ts";
import { caller } from "../../support/api_call.ts";
import { BUILD, startedServer, WORKFLOW } from "../support.ts";

test("creating a server connects to nothing: it opens one connection when it starts", async () => {
  const broker = createMemoryTransport();
  let connections = 0;
  await using server = createDevServer({
    transport: { connect: (options) => (connections += 1, broker.connect(options)) },
  });
  expect(connections).toBe(0);
  await Promise.all([server.start(), server.start(), server.fetch("http://x.test/health")]);
  expect(connections).toBe(1);
});

test("the v2 streams have the subjects and the retention of the real server", async () => {
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

test("listens on a free port of the loopback address and exposes its URL", async () => {
  const { server } = await startedServer();
  expect(server.url).toBeUndefined();
  await using listener = await server.listen();
  expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`);
  expect(server.url).toBe(listener.url);
  expect((await fetch(`${listener.url}/health`)).status).toBe(200);
});

test("closing a listener leaves the server running", async () => {
  const { server, call } = await startedServer();
  const listener = await server.listen();
  await listener.close();
  await listener.close();
  await expect(fetch(`${listener.url}/health`)).rejects.toThrow();
  expect((await call("GET", "/health")).status).toBe(200);
});

test("listening on an address in use rejects with an error that names it", async () => {
  const { server } = await startedServer();
  const { port } = await server.listen();
  await expect(server.listen({ port })).rejects.toThrow(
    new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: .+; choose another port, or 0 for any`),
  );
});

test("large bodies of any text pass through the listener unchanged", async () => {
  const { server } = await startedServer();
  const { url } = await server.listen();
  const call = caller(fetch, url);
  await call("POST", "/resource-definitions/", { ...WORKFLOW, schema: {} });
  const spec = { text: "ü🚀\n".repeat(100_000) };
  expect((await call("POST", "/resources/", { ...BUILD, spec })).status).toBe(201);
  expect((await call("GET", "/resources/workflow/build")).body).toMatchObject({ spec });
});

test("close is idempotent, and a closed server rejects every use", async () => {
  const server = createDevServer();
  await server.listen();
  await Promise.all([server.close(), server.close()]);
  await expect(server.start()).rejects.toThrow("cannot use the server: it was closed");
  await expect(server.fetch("http://x.test/")).rejects.toThrow("it was closed");
});

test("a server that was never started closes", async () => {
  await createDevServer().close();
});

test("closing while the broker is unreachable rejects the pending start", async () => {
  const transport = createMemoryTransport();
  transport.disconnect();
  const notices: string[] = [];
  const server = createDevServer({ transport, onNotice: (notice) => notices.push(notice) });
  const starting = server.start();
  await server.close();
  await expect(starting).rejects.toThrow("the server was closed");
  expect(notices).toEqual([expect.stringContaining("cannot connect")]);
});

test("a lost connection is reported, and the server works again once it is restored", async () => {
  const transport = createMemoryTransport();
  const { call, notices } = await startedServer({ transport });
  transport.disconnect();
  expect(notices).toEqual([expect.stringContaining("disconnected from")]);
  transport.reconnect();
  expect(notices.at(-1)).toContain("reconnected to");
  await call("POST", "/resource-definitions/", WORKFLOW);
  expect((await call("POST", "/resources/", BUILD)).status).toBe(201);
});

test("an invalid option throws an error that names it", () => {
  expect(() => createDevServer({ heartbeatMs: 0 })).toThrow(
    "heartbeatMs must be a number of milliseconds above 0, got 0",
  );
  expect(() => createDevServer({ generation: "v4" as "v3" })).toThrow(
    `generation must be "v1", "v2" or "v3", got a value of type string`,
  );
  expect(() => createDevServer({ servers: "http://localhost" })).toThrow(
    /^servers must be /,
  );
});

test("connecting a manager to the broker starts the server", async () => {
  await using server = createDevServer({ onNotice() {} });
  const driver = createDriver({ name: "greet", resources: ["workflow"], reconcile() {} });
  const options = { driver, ...server.broker, handleSignals: false, console: false };
  await using manager = createDriverManager(options);
  const running = manager.run();
  await manager.ready;
  expect(manager.stats().protocol).toBe("v2");
  await manager.stop();
  await running;
});

test("an event that is published once the drivers are there is not lost", async () => {
  const { server, call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const names: string[] = [];
  const done = new Promise<void>((resolve) => {
    const reconcile = ({ driverName }: { driverName: string }) => {
      if (names.push(driverName) === 2) resolve();
    };
    const drivers = ["one", "two"].map((name) =>
      createDriver({ name, resources: ["workflow"], reconcile })
    );
    const options = { drivers, ...server.broker, handleSignals: false, console: false };
    const manager = createDriverManager(options);
    onTestFinished(() => manager.stop());
    void manager.run();
  });
  await server.waitForDrivers(["one", "two"]);
  await call("POST", "/resources/", BUILD);
  await done;
  expect(names.sort()).toEqual(["one", "two"]);
});

test("waiting for a driver that does not come ends with an error that names it", async () => {
  const { server } = await startedServer();
  await expect(server.waitForDrivers(["nobody"], { timeoutMs: 20 })).rejects.toMatchObject({
    name: "TimeoutError",
    message: expect.stringContaining("find the consumer of the driver nobody"),
  });
  const aborted = server.waitForDrivers(["nobody"], { signal: AbortSignal.abort("enough") });
  await expect(aborted).rejects.toBe("enough");
});

test("what hosts pass after a request is ignored", async () => {
  const { server } = await startedServer();
  const request = () => new Request("http://localhost/health");
  const environment = { method: "DELETE", headers: 7, body: "x", signal: "y" } as object;
  expect((await server.fetch(request(), environment)).status).toBe(200);
  expect((await server.fetch("http://localhost/health", { method: "DELETE" })).status).toBe(405);
});

test("resource paths of v1 have the order that the option says", async () => {
  for (
    const [pathOrder, path] of [["name-type", "build/workflow"], ["type-name", "workflow/build"]]
  ) {
    const options = { generation: "v1" as const, pathOrder: pathOrder as "name-type" };
    const { call } = await startedServer(options);
    await call("POST", "/resource-definitions/", WORKFLOW);
    await call("POST", "/resources/", BUILD);
    const swapped = path!.split("/").reverse().join("/");
    expect((await call("GET", `/resources/${path}`)).body).toMatchObject(BUILD);
    expect((await call("GET", `/resources/${swapped}`)).status).toBe(500);
  }
});
