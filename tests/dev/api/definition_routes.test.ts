import { expect, test } from "vitest";
import { errorOf, startedServer, WORKFLOW } from "../support.ts";

test("a definition is created with an id of the server's and read back", async () => {
  const { call } = await startedServer();
  const created = await call("POST", "/resource-definitions/", { ...WORKFLOW, id: "mine" });
  expect(created.status).toBe(201);
  expect(created.body).toEqual({ ...WORKFLOW, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const read = await call("GET", "/resource-definitions/workflow");
  expect(read.status).toBe(200);
  expect(read.body).toEqual(created.body);
});

test("a name that exists is refused with 500 and says so", async () => {
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
  const answer = await call("POST", "/resource-definitions/apply", { ...WORKFLOW, name: "" });
  expect(answer.status).toBe(400);
  expect(errorOf(answer)).toContain("name is required");
});

test("a definition is updated by name", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const changed = { ...WORKFLOW, description: "other work" };
  const answer = await call("PUT", "/resource-definitions/workflow", changed);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject(changed);
  expect((await call("GET", "/resource-definitions/workflow")).body).toMatchObject(changed);
});

test("a definition is deleted with 204 and no body", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const answer = await call("DELETE", "/resource-definitions/workflow");
  expect(answer).toMatchObject({ status: 204, body: "" });
  expect((await call("GET", "/resource-definitions/workflow")).status).toBe(500);
});

test.each(["GET", "PUT", "DELETE"])(
  "%s of an absent definition is 500 with not found",
  async (method) => {
    const { call } = await startedServer();
    const body = method === "PUT" ? WORKFLOW : undefined;
    const answer = await call(method, "/resource-definitions/nothing", body);
    expect(answer.status).toBe(500);
    expect(errorOf(answer)).toContain("not found");
  },
);

test.each([
  ["no JSON", "{"],
  ["a list", "[]"],
  ["a number as name", `{"name": 1}`],
])("a body that is %s is refused with 400", async (_what, body) => {
  const { call } = await startedServer();
  for (const [method, path] of [["POST", "/"], ["POST", "/apply"], ["PUT", "/x"]] as const) {
    const answer = await call(method, `/resource-definitions${path}`, body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toContain("Invalid request payload");
  }
});

test("a body of another content type is refused with 400", async () => {
  const { server } = await startedServer();
  const answer = await server.fetch("http://conveyor.test/resource-definitions/", {
    method: "POST",
    body: JSON.stringify(WORKFLOW),
    headers: { "content-type": "text/plain" },
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ error: expect.stringContaining("application/json") });
});
