import { expect, test } from "vitest";
import { BUILD, startedServer, WORKFLOW } from "../support.ts";

test("health returns the status and the time", async () => {
  const healthy = await (await startedServer()).call("GET", "/health");
  expect(healthy.status).toBe(200);
  expect(healthy.body).toEqual({ status: "healthy", time: expect.any(Number) });
  const { call } = await startedServer({ generation: "v2" });
  const { status, body } = await call("GET", "/health");
  expect(status).toBe(200);
  expect(body).toEqual({ status: "ok", time: expect.any(String) });
  expect(Number.isNaN(Date.parse((body as { time: string }).time))).toBe(false);
});

test("only v3 has capabilities", async () => {
  const newest = await (await startedServer()).call("GET", "/capabilities");
  expect(newest).toMatchObject({ status: 200, body: { resource_deletion_pipeline: 1 } });
  const { call } = await startedServer({ generation: "v2" });
  expect((await call("GET", "/capabilities")).status).toBe(404);
});

test("the root describes the server in plain text", async () => {
  const { call } = await startedServer();
  const response = await call("GET", "/");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/plain");
  expect(response.body).toContain("development");
});

test("metrics count responses and stored objects", async () => {
  const { call } = await startedServer();
  await call("POST", "/resource-definitions/", WORKFLOW);
  await call("POST", "/resources/", BUILD);
  await call("GET", "/resources/workflow/build");
  await call("GET", "/nothing");
  const { body, headers } = await call("GET", "/metrics");
  expect(headers.get("content-type")).toContain("text/plain");
  const lines = String(body).split("\n");
  expect(lines).toContain("conveyor_dev_resources 1");
  expect(lines).toContain(`conveyor_dev_run_events_total{event="create"} 1`);
  expect(lines).toContain(
    `conveyor_dev_http_requests_total{method="GET",route="/resources/:type/:name",status="200"} 1`,
  );
  expect(lines).toContain(
    `conveyor_dev_http_requests_total{method="GET",route="(none)",status="404"} 1`,
  );
  for (const line of lines.filter((line) => line !== "")) {
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? \d+)$/);
  }
});

test("HEAD is handled as GET, without a body", async () => {
  const { server } = await startedServer();
  const { url } = await server.listen();
  const response = await fetch(`${url}/health`, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
});
