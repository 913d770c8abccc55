import { request } from "node:http";
import { expect, test } from "vitest";
import { caller } from "../../support/api_call.ts";
import { startedServer, WORKFLOW } from "../support.ts";

/** Sends a request whose headers `fetch` would not send. */
function send(
  port: number,
  { method = "GET", path = "/health", headers = {} }: {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
  },
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", method, path, headers, agent: false }, async (response) => {
      let text = "";
      for await (const part of response) text += String(part);
      resolve({ status: response.statusCode!, headers: response.headers, text });
    }).once("error", reject).end();
  });
}

test.each([
  ["localhost", 200],
  ["LOCALHOST:8080", 200],
  ["ci.localhost", 200],
  ["localhost.", 200],
  ["127.0.0.1", 200],
  ["127.1.2.3:1", 200],
  ["[::1]:8080", 200],
  ["192.168.1.7:8080", 200],
  ["told.example", 200],
  ["evil.example", 403],
  ["localhost.evil.example", 403],
  ["127.0.0.1.evil.example", 403],
  ["sub.told.example", 403],
])("a request for the host %s has the status %i", async (host, status) => {
  const { server } = await startedServer({ allowedHosts: ["Told.example"] });
  const { port } = await server.listen();
  expect((await send(port, { headers: { host } })).status).toBe(status);
});

test.each([
  ["http://localhost:3000", 200],
  ["http://127.0.0.1:3000", 200],
  ["https://told.example", 200],
  ["https://evil.example", 403],
  ["http://203.0.113.7", 403],
  ["null", 403],
  ["http://localhost@evil.example", 403],
])("a request from the origin %s has the status %i", async (origin, status) => {
  const { server } = await startedServer({ allowedHosts: ["told.example"] });
  const { port } = await server.listen();
  const response = await send(port, { headers: { origin } });
  expect(response.status).toBe(status);
  const opened = response.headers["access-control-allow-origin"];
  expect(opened).toBe(status === 200 ? "*" : undefined);
});

test("a page of another origin starts no run, whatever it sends", async () => {
  const { server, call } = await startedServer();
  const { port } = await server.listen();
  for (const method of ["POST", "DELETE", "PUT", "OPTIONS"]) {
    const headers = { origin: "https://evil.example", "content-type": "text/plain" };
    const response = await send(port, { method, path: "/resource-definitions/", headers });
    expect([method, response.status]).toEqual([method, 403]);
    expect(response.text).toContain("allowedHosts");
  }
  expect((await call("GET", "/resource-definitions/workflow")).status).toBe(500);
});

test("a preflight request of an allowed origin is answered before authentication", async () => {
  const { server } = await startedServer();
  const { port } = await server.listen();
  const response = await send(port, {
    method: "OPTIONS",
    path: "/resources/",
    headers: {
      origin: "http://localhost:3000",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,POST,HEAD,PUT,DELETE,PATCH",
    "access-control-allow-headers": "authorization,content-type",
  });
});

test("a listener's own name is allowed, and a request within the process has none", async () => {
  const { server } = await startedServer();
  const { url } = await server.listen({ hostname: "localhost" });
  expect((await caller(fetch, url)("POST", "/resource-definitions/", WORKFLOW)).status).toBe(201);
  expect((await server.fetch("http://any.example/health")).status).toBe(200);
});
