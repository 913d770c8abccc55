import { expect, test } from "vitest";
import { errorOf, startedServer, WORKFLOW } from "../support.ts";

test("a definition is created with an id from the server and read back", async () => {
  const { call } = await startedServer();
  const created = await call("POST", "/resource-definitions/", { ...WORKFLOW, id: "mine" });
  expect(created.status).toBe(201);
  expect(created.body).toEqual({ ...WORKFLOW, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const read = await call("GET", "/resource-definitions/workflow");
  expect(read.status).toBe(200);
  expect(read.body).toEqual(created.body);
});

test("an existing name is refused with 500 and the reason", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const again = await call("POST", "/resource-definitions/", WORKFLOW);
  expect(again.status).toBe(500);
  expect(errorOf(again)).toContain("already exists");
});

test("apply creates a definition whose stored id is empty, then changes it", async () => {
  const { call } = await startedServer();
  const created = await call("POST", "/resource-definitions/apply", WORKFLOW);
  expect(created.status).toBe(201);
  expect((await call("GET", "/resource-definitions/workflow")).body).toEqual({
    ...WORKFLOW,
    id: "",
  });
  const changed = await call("POST", "/resource-definitions/apply", { ...WORKFLOW, version: "2" });
  expect(changed.status).toBe(201);
  expect((await call("GET", "/resource-definitions/workflow")).body).toMatchObject({
    version: "2",
  });
});

test("apply without a name is refused with 400", async () => {
  const { call } = await startedServer();
  const response = await call("POST", "/resource-definitions/apply", { ...WORKFLOW, name: "" });
  expect(response.status).toBe(400);
  expect(errorOf(response)).toContain("name is required");
});

test("a definition is updated by name", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const changed = { ...WORKFLOW, description: "other work" };
  const response = await call("PUT", "/resource-definitions/workflow", changed);
  expect(response.status).toBe(200);
  expect(response.body).toMatchObject(changed);
  expect((await call("GET", "/resource-definitions/workflow")).body).toMatchObject(changed);
});

test("a definition is deleted with 204 and no body", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const response = await call("DELETE", "/resource-definitions/workflow");
  expect(response).toMatchObject({ status: 204, body: "" });
  expect((await call("GET", "/resource-definitions/workflow")).status).toBe(500);
});

test.each(["GET", "PUT", "DELETE"])(
  "%s of an absent definition is 500 with not found",
  async (method) => {
    const { call } = await startedServer();
    const body = method === "PUT" ? WORKFLOW : undefined;
    const response = await call(method, "/resource-definitions/nothing", body);
    expect(response.status).toBe(500);
    expect(errorOf(response)).toContain("not found");
  },
);

test.each([
  ["invalid JSON", "{"],
  ["a list", "[]"],
  ["a number as name", `{"name": 1}`],
])("a body that is %s is refused with 400", async (_what, body) => {
  const { call } = await startedServer();
  for (const [method, path] of [["POST", "/"], ["POST", "/apply"], ["PUT", "/x"]] as const) {
    const response = await call(method, `/resource-definitions${path}`, body);
    expect(response.status).toBe(400);
    expect(errorOf(response)).toContain("Invalid request payload");
  }
});

test("a body of another content type is refused with 400", async () => {
  const { server } = await startedServer();
  const response = await server.fetch("http://conveyor.test/resource-definitions/", {
    method: "POST",
    body: JSON.stringify(WORKFLOW),
    headers: { "content-type": "text/plain" },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: expect.stringContaining("application/json") });
});
