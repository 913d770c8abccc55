import { expect, test } from "vitest";
import { errorOf, startedServer, WORKFLOW } from "../support.ts";

const SHIP = {
  name: "ship",
  description: "build and deploy",
  version: "1",
  resource: "workflow",
  steps: [
    { id: "1", name: "build it", driver: "build" },
    { id: "2", name: "deploy it", driver: "deploy" },
  ],
  metadata: { owner: "me" },
};

test("a pipeline is created and returned as it was sent", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  expect(await call("POST", "/pipelines/", SHIP)).toMatchObject({ status: 201, body: SHIP });
});

test("a pipeline of the same name is overwritten", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  await call("POST", "/pipelines/", SHIP);
  expect((await call("POST", "/pipelines/", { ...SHIP, version: "2" })).status).toBe(201);
});

test("a pipeline of an unknown resource type is refused with 500 and not found", async () => {
  const { call } = await startedServer();
  const response = await call("POST", "/pipelines/", SHIP);
  expect(response.status).toBe(500);
  expect(errorOf(response)).toContain("not found");
});

test("absent fields of a pipeline are returned as null", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const response = await call("POST", "/pipelines/", { name: "bare", resource: "workflow" });
  expect(response.body).toMatchObject({ name: "bare", steps: null, metadata: null });
});

test.each([
  ["steps", { ...SHIP, steps: "build" }],
  ["a step", { ...SHIP, steps: [{ driver: 1 }] }],
  ["metadata", { ...SHIP, metadata: { owner: 1 } }],
])("a pipeline with %s of the wrong type is refused with 400", async (_what, pipeline) => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  const response = await call("POST", "/pipelines/", pipeline);
  expect(response.status).toBe(400);
  expect(errorOf(response)).toContain("Invalid request payload");
});

test("only POST is routed: a pipeline's own path is 404, the list 405", async () => {
  const { call } = await startedServer();
  for (const method of ["GET", "PUT", "DELETE"]) {
    const response = await call(method, "/pipelines/ship", method === "PUT" ? SHIP : undefined);
    expect(response).toMatchObject({ status: 404, body: `Cannot ${method} /pipelines/ship` });
  }
  const list = await call("GET", "/pipelines/");
  expect(list).toMatchObject({ status: 405, body: "Method Not Allowed" });
  expect(list.headers.get("allow")).toBe("POST");
});
