import { expect, onTestFinished, test } from "vitest";
import { decodeDriverMessage } from "../../../src/protocol/driver_message.ts";
import { connectBroker } from "../../../src/transport/connect.ts";
import { BUILD, errorOf, startedServer, WORKFLOW } from "../support.ts";

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const PATH = "/resources/workflow/build";
const STEPS = [{ id: "1", name: "first", driver: "build" }];

/** A server with a type and a pipeline, and all events that it publishes to drivers. */
async function server(options = {}) {
  const started = await startedServer(options);
  const connection = await connectBroker(started.server.broker, started.server.broker.transport);
  onTestFinished(() => connection.close());
  const events: string[] = [];
  for (const subject of ["resources.>", "drivers.>"]) {
    connection.subscribe(subject, ({ subject, data }) => {
      const { event, runId } = decodeDriverMessage(data);
      events.push(`${subject} ${event} ${runId}`);
    });
  }
  await connection.flush();
  await started.call("POST", "/resource-definitions/", WORKFLOW);
  await started.call("POST", "/pipelines/", { name: "ship", resource: "workflow", steps: STEPS });
  return { ...started, connection, events };
}

function runIdOf({ body }: { body: unknown }): string {
  const { runid } = body as { runid: string };
  expect(runid).toMatch(UUID);
  return runid;
}

test("without a pipeline, creating, updating and deleting are events for every driver of the type", async () => {
  const { call, events, connection } = await server();
  const created = await call("POST", "/resources/", BUILD);
  const updated = await call("PUT", PATH, { ...BUILD, spec: { image: "debian" } });
  expect(updated).toMatchObject({
    status: 200,
    body: { ...BUILD, spec: { image: "debian" }, metadata: { version: "2" } },
  });
  expect(await call("DELETE", PATH)).toMatchObject({ status: 204, body: "" });
  await connection.flush();
  expect(events).toEqual([
    `resources.workflow create ${runIdOf(created)}`,
    `resources.workflow update ${runIdOf(updated)}`,
    expect.stringMatching(/^resources\.workflow delete [0-9a-f-]{36}$/),
  ]);
  expect((await call("GET", PATH)).status).toBe(404);
  expect((await call("GET", `${PATH}/1`)).status).toBe(200);
});

test("an absent resource is 404 for GET and DELETE, and 500 for PUT and for a version", async () => {
  const { call } = await server();
  for (
    const [method, path, status] of [
      ["GET", PATH, 404],
      ["DELETE", PATH, 404],
      ["PUT", PATH, 500],
      ["GET", `${PATH}/1`, 500],
    ] as const
  ) {
    const response = await call(method, path, method === "PUT" ? BUILD : undefined);
    expect(response.status).toBe(status);
    expect(errorOf(response)).toContain("not found");
  }
});

test("with a pipeline, a deletion is 202: the resource stays, marked, and its run has an id", async () => {
  const { call } = await server();
  await call("POST", "/resources/", { ...BUILD, pipeline: "ship" });
  const deletion = await call("DELETE", PATH);
  expect(deletion.status).toBe(202);
  expect((await call("GET", PATH)).body).toMatchObject({
    metadata: { deleting: true, deletion_runid: runIdOf(deletion) },
  });
  const refused = await call("PUT", PATH, { ...BUILD, pipeline: "ship" });
  expect(refused.status).toBe(409);
  expect(errorOf(refused)).toContain("is being deleted");
  const taken = await call("POST", "/resources/", BUILD);
  expect(errorOf(taken)).toContain("already exists");
});

test("a deletion that goes on is not started again; one that stands still is", async () => {
  const going = await server();
  await going.call("POST", "/resources/", { ...BUILD, pipeline: "ship" });
  const first = runIdOf(await going.call("DELETE", PATH));
  expect(runIdOf(await going.call("DELETE", PATH))).toBe(first);
  const still = await server({ deletionRetryMs: 1 });
  await still.call("POST", "/resources/", { ...BUILD, pipeline: "ship" });
  const before = runIdOf(await still.call("DELETE", PATH));
  await expect.poll(async () => runIdOf(await still.call("DELETE", PATH))).not.toBe(before);
});

test("an update checks the pipeline first, and takes a resource out of it when it names none", async () => {
  const { call } = await server();
  await call("POST", "/resources/", { ...BUILD, pipeline: "ship" });
  const unknown = await call("PUT", PATH, { ...BUILD, pipeline: "none", spec: {} });
  expect(unknown.status).toBe(500);
  expect(errorOf(unknown)).toBe("Failed to get pipeline: Key not found");
  expect((await call("PUT", PATH, BUILD)).status).toBe(200);
  expect((await call("GET", PATH)).body).not.toHaveProperty("pipeline");
  expect((await call("DELETE", PATH)).status).toBe(204);
});

test("metadata in a request is ignored, and an update keeps what is stored", async () => {
  const { call } = await server();
  await call("POST", "/resources/", { ...BUILD, id: "mine", metadata: { mine: 1 } });
  const { id } = (await call("GET", PATH)).body as { id: string };
  expect(id).toMatch(UUID);
  const { body } = await call("PUT", PATH, { ...BUILD, id: "mine", metadata: { mine: 1 } });
  expect(body).toMatchObject({ id, metadata: { version: "2" } });
  expect((body as { metadata: object }).metadata).toEqual({ version: "2" });
});
