import { describe, expect, test } from "vitest";
import { connectBroker } from "../../../src/transport/connect.ts";
import { decodeDriverMessage } from "../../../src/protocol/driver_message.ts";
import { BUILD, errorOf, startedServer, WORKFLOW } from "../support.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function serverWithWorkflow() {
  const started = await startedServer({ generation: "v2" });
  await started.call("POST", "/resource-definitions/", WORKFLOW);
  return started;
}

test("a created resource is returned with its run and its version", async () => {
  const { call } = await serverWithWorkflow();
  const response = await call("POST", "/resources/", BUILD);
  expect(response.status).toBe(201);
  expect(response.body).toEqual({
    name: "build",
    runid: expect.stringMatching(UUID),
    message: expect.any(String),
    version: "1",
  });
});

test("the server sets the id and replaces the metadata", async () => {
  const { call } = await serverWithWorkflow();
  await call("POST", "/resources/", {
    ...BUILD,
    id: "mine",
    metadata: { version: "9", mine: "x" },
  });
  const response = await call("GET", "/resources/workflow/build");
  expect(response.status).toBe(200);
  expect(response.body).toEqual({
    ...BUILD,
    id: expect.stringMatching(UUID),
    metadata: { version: "1" },
  });
});

test("a new resource is published to its type, with the resource as JSON text", async () => {
  const { call, server } = await serverWithWorkflow();
  await using connection = await connectBroker(server.broker, server.broker.transport);
  const seen: Uint8Array[] = [];
  connection.subscribe("resources.workflow", ({ data }) => seen.push(data));
  const { body } = await call("POST", "/resources/", BUILD);
  await connection.flush();
  expect(seen).toHaveLength(1);
  const wire = JSON.parse(new TextDecoder().decode(seen[0]));
  expect(Object.keys(wire).sort()).toEqual(["event", "id", "payload", "run_id"]);
  expect(typeof wire.payload).toBe("string");
  const message = decodeDriverMessage(seen[0]!);
  expect(message).toMatchObject({
    event: "create",
    runId: (body as { runid: string }).runid,
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
  });
  expect(message.rawResource).toEqual((await call("GET", "/resources/workflow/build")).body);
});

test("an existing name is refused with 500 and the reason", async () => {
  const { call } = await serverWithWorkflow();
  await call("POST", "/resources/", BUILD);
  const again = await call("POST", "/resources/", BUILD);
  expect(again.status).toBe(500);
  expect(errorOf(again)).toContain("already exists");
});

test("the same name can be used in another type", async () => {
  const { call } = await serverWithWorkflow();
  await call("POST", "/resource-definitions/", { ...WORKFLOW, name: "release" });
  await call("POST", "/resources/", BUILD);
  expect((await call("POST", "/resources/", { ...BUILD, resource: "release" })).status).toBe(201);
});

describe("a resource is refused", () => {
  test.each([
    ["400 without a type", { ...BUILD, resource: "" }, 400, "type is required"],
    ["500 with an unknown type", { ...BUILD, resource: "nothing" }, 500, "not found"],
    ["500 with an unknown pipeline", { ...BUILD, pipeline: "nothing" }, 500, "not found"],
    ["400 when its spec breaks the schema", { ...BUILD, spec: { image: 1 } }, 400, "image"],
    [
      "400 without a spec that the schema requires",
      { ...BUILD, spec: undefined },
      400,
      "validation",
    ],
  ])("with %s", async (_what, resource, status, reason) => {
    const { call } = await serverWithWorkflow();
    const response = await call("POST", "/resources/", resource);
    expect(response.status).toBe(status);
    expect(errorOf(response)).toContain(reason);
    expect((await call("GET", "/resources/workflow/build")).status).toBe(500);
  });

  test("with 400 when its pipeline is of another type", async () => {
    const { call } = await serverWithWorkflow();
    await call("POST", "/resource-definitions/", { ...WORKFLOW, name: "release" });
    await call("POST", "/pipelines/", { name: "ship", resource: "release", steps: [] });
    const response = await call("POST", "/resources/", { ...BUILD, pipeline: "ship" });
    expect(response.status).toBe(400);
    expect(errorOf(response)).toContain("does not match");
  });

  test("with 400 when its definition has no schema", async () => {
    const { call } = await startedServer();
    await call("POST", "/resource-definitions/", { name: "workflow" });
    const response = await call("POST", "/resources/", BUILD);
    expect(response.status).toBe(400);
    expect(errorOf(response)).toContain("schema is required");
  });
});

test("an update adds a version, keeps the id and leaves old versions readable", async () => {
  const { call } = await serverWithWorkflow();
  await call("POST", "/resources/", BUILD);
  const first = (await call("GET", "/resources/workflow/build")).body as { id: string };
  const changed = { ...BUILD, spec: { image: "debian" } };
  const response = await call("PUT", "/resources/workflow/build", changed);
  expect(response.status).toBe(200);
  expect(response.body).toEqual({ ...changed, id: first.id, metadata: { version: "2" } });
  expect((await call("GET", "/resources/workflow/build")).body).toEqual(response.body);
  expect((await call("GET", "/resources/workflow/build/2")).body).toEqual(response.body);
  expect((await call("GET", "/resources/workflow/build/1")).body).toEqual(first);
});

test("an update publishes no event", async () => {
  const { call, server } = await serverWithWorkflow();
  await call("POST", "/resources/", BUILD);
  await using connection = await connectBroker(server.broker, server.broker.transport);
  const seen: string[] = [];
  connection.subscribe(">", ({ subject }) => seen.push(subject));
  await call("PUT", "/resources/workflow/build", BUILD);
  await call("POST", "/resources/", { ...BUILD, name: "after" });
  await connection.flush();
  expect(seen).toEqual(["resources.workflow"]);
});

test("an update that breaks the schema is refused with 400 and changes nothing", async () => {
  const { call } = await serverWithWorkflow();
  await call("POST", "/resources/", BUILD);
  expect((await call("PUT", "/resources/workflow/build", { ...BUILD, spec: {} })).status).toBe(400);
  expect((await call("GET", "/resources/workflow/build")).body).toMatchObject(BUILD);
});

test.each([
  ["GET", "/resources/workflow/nothing"],
  ["GET", "/resources/nothing/build"],
  ["GET", "/resources/workflow/build/7"],
  ["PUT", "/resources/workflow/nothing"],
])("%s %s without such an object is 500 with not found", async (method, path) => {
  const { call } = await serverWithWorkflow();
  await call("POST", "/resources/", BUILD);
  const response = await call(method, path, method === "PUT" ? BUILD : undefined);
  expect(response.status).toBe(500);
  expect(errorOf(response)).toContain("not found");
});

test("a deletion is 204 with no body, whether the resource existed or not, and old versions stay readable", async () => {
  const { call } = await serverWithWorkflow();
  await call("POST", "/resources/", BUILD);
  for (let time = 0; time < 2; time++) {
    const response = await call("DELETE", "/resources/workflow/build");
    expect(response).toMatchObject({ status: 204, body: "" });
  }
  expect((await call("GET", "/resources/workflow/build")).status).toBe(500);
  expect((await call("GET", "/resources/workflow/build/1")).body).toMatchObject(BUILD);
  expect((await call("POST", "/resources/", BUILD)).status).toBe(201);
});

test("a list of resources is always 400", async () => {
  const { call } = await serverWithWorkflow();
  for (const path of ["/resources/", "/resources", "/resources?type=workflow"]) {
    const response = await call("GET", path);
    expect(response.status).toBe(400);
    expect(errorOf(response)).toContain("type is required");
  }
});

test("a name that needs encoding is found", async () => {
  const { call } = await serverWithWorkflow();
  const name = "a b/ü%";
  await call("POST", "/resources/", { ...BUILD, name });
  const response = await call("GET", `/resources/workflow/${encodeURIComponent(name)}`);
  expect(response.body).toMatchObject({ name });
});

test.each(["a b", "a.b", "a>", "*"])(
  "a resource of the type %j, which no subject can hold, is a 400",
  async (name) => {
    for (const generation of ["v2", "v3"] as const) {
      const { call } = await startedServer({ generation });
      await call("POST", "/resource-definitions/", { name, schema: {} });
      expect((await call("POST", "/resources/", { ...BUILD, resource: name })).status).toBe(400);
    }
  },
);
