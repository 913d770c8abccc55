import { describe, expect, it } from "vitest";
import {
  ApiError,
  ConflictError,
  ConnectionError,
  ConveyorError,
  createClient,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "@conveyor/driver";
import { rejection, type Reply, serve } from "./support.ts";

/** What a call that gets a resource is rejected with when the server answers so. */
async function errorFor(answer: Reply, options: Parameters<typeof createClient>[0] = {}) {
  const server = await serve(answer);
  const client = createClient({ url: server.url, retry: false, ...options });
  return { error: await rejection(client.getResource("web", "workflow")) as ApiError, server };
}

describe("an answer with an error status becomes", () => {
  it.each<[string, Reply, new (...args: never[]) => Error, string]>([
    [
      "NotFoundError",
      { status: 500, body: { error: "Failed to find resource: Key not found" } },
      NotFoundError,
      "not-found",
    ],
    ["NotFoundError", { status: 404, body: { error: "gone" } }, NotFoundError, "not-found"],
    [
      "NotFoundError",
      { status: 400, body: { error: "Pipeline ship not found" } },
      NotFoundError,
      "not-found",
    ],
    [
      "ConflictError",
      { status: 500, body: { error: "resource already exists" } },
      ConflictError,
      "conflict",
    ],
    ["ConflictError", { status: 409, body: "taken" }, ConflictError, "conflict"],
    [
      "ValidationError",
      { status: 400, body: { error: "Resource type is required" } },
      ValidationError,
      "validation",
    ],
    [
      "ValidationError",
      { status: 400, body: { error: "Resource validation failed: property region not found" } },
      ValidationError,
      "validation",
    ],
    [
      "UnauthorizedError",
      { status: 401, body: { error: "invalid token" } },
      UnauthorizedError,
      "unauthorized",
    ],
    ["UnauthorizedError", { status: 403, body: "forbidden" }, UnauthorizedError, "unauthorized"],
    ["ApiError", { status: 500, body: { error: "database is closed" } }, ApiError, "api"],
    ["ApiError", { status: 429, body: "slow down" }, ApiError, "api"],
    [
      "ApiError, not supported",
      { status: 404, body: "Cannot GET /pipelines/ship" },
      ApiError,
      "not-supported",
    ],
    [
      "ApiError, not supported",
      { status: 405, body: "Method Not Allowed" },
      ApiError,
      "not-supported",
    ],
  ])("%s: %j", async (_, answer, kind, code) => {
    const { error } = await errorFor(answer);
    expect(error).toBeInstanceOf(kind);
    expect(error).toBeInstanceOf(ConveyorError);
    expect(error.constructor).toBe(kind);
    expect(error.code).toBe(code);
  });
});

describe("an error", () => {
  it("says what could not be done, to what, why and what to do, and knows status, text, method and path", async () => {
    const { error, server } = await errorFor({
      status: 500,
      body: { error: "resource not found" },
    });
    expect(error.message).toBe(
      `cannot get the resource "web" of type "workflow": GET ${server.url}/resources/workflow/web returned 500: ` +
        "resource not found; check the name, or create it first",
    );
    expect(error).toMatchObject({
      name: "NotFoundError",
      status: 500,
      serverText: "resource not found",
      method: "GET",
      path: "/resources/workflow/web",
    });
  });

  it("holds the details that a server gives beside the error", async () => {
    const { error } = await errorFor({
      status: 401,
      body: { error: "no entry", details: "no certificate" },
    });
    expect(error.serverText).toBe("no entry: no certificate");
  });

  it("holds plain text as it came, and not more than 2000 characters of it", async () => {
    const { error } = await errorFor({ status: 500, body: "x".repeat(10_000) });
    expect(error.serverText).toBe(`${"x".repeat(2000)}…`);
    expect(error.message.length).toBeLessThan(2100);
  });

  it("of a validation names the pipeline or the path that the server named", async () => {
    const { error } = await errorFor({
      status: 400,
      body: { error: "spec does not conform to schema: /image is missing" },
    });
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.message).toContain("/image is missing; correct the request");
  });

  it("tells how long the server asks to wait", async () => {
    const { error } = await errorFor({ status: 503, headers: { "retry-after": "7" }, body: "" });
    expect(error.retryAfterMs).toBe(7000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    const { error: dated } = await errorFor({
      status: 503,
      headers: { "retry-after": date },
      body: "",
    });
    expect(dated.retryAfterMs).toBeGreaterThan(50_000);
    expect(dated.retryAfterMs).toBeLessThanOrEqual(60_000);
  });
});

describe("an answer that is not the API's", () => {
  const PAGE = "<!DOCTYPE html><html><title>Sign in</title></html>";

  it("is told as such when a proxy sends a page in place of JSON", async () => {
    const { error } = await errorFor({ headers: { "content-type": "text/html" }, body: PAGE });
    expect(error).toMatchObject({ name: "ApiError", code: "unreadable-answer", status: 200 });
    expect(error.message).toMatch(
      /returned 200: its body is a web page, not JSON; .*any proxy in between/,
    );
  });

  it("is not taken for the API's when a proxy's page says 404", async () => {
    const { error } = await errorFor({
      status: 404,
      headers: { "content-type": "text/html" },
      body: PAGE,
    });
    expect(error).toMatchObject({ name: "ApiError", code: "unreadable-answer", status: 404 });
  });

  it.each([
    ["cut short", `{"id":"1","name":"we`, /not JSON, or is cut short after 20 characters/],
    ["empty", "", /its body is empty/],
    ["of another shape", "[1,2]", /the resource is not a JSON object/],
    ["without what it must have", `{"name":"web"}`, /the resource has no "resource"/],
  ])("is told as such when its JSON is %s", async (_, body, message) => {
    const { error } = await errorFor({ body });
    expect(error).toMatchObject({ name: "ApiError", code: "unreadable-answer", status: 200 });
    expect(error.message).toMatch(message);
  });

  it("is a ConnectionError when it breaks off before its end", async () => {
    const { error } = await errorFor({
      write(response) {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write(`{"id":"1"`, () => response.destroy());
      },
    });
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/^cannot get the resource "web"/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("is told as such when it is a redirect: neither a body nor a token goes where it leads", async () => {
    const server = await serve({
      status: 301,
      headers: { location: "https://ci.example/pipelines/" },
    });
    const client = createClient({ url: server.url });
    const created = client.createPipeline({ name: "ship", resource: "workflow", steps: [] });
    const error = await rejection(created);
    expect(error).toMatchObject({ name: "ApiError", status: 301 });
    expect(String(error)).toMatch(
      /returned 301: https:\/\/ci\.example\/pipelines\/; redirects are not followed; pass/,
    );
    expect(server.seen).toHaveLength(1);
  });

  it.each([["told before", true], ["found out on the way", false]])(
    "is refused when it is larger than allowed: %s",
    async (_, told) => {
      const { error } = await errorFor({
        write(response) {
          response.writeHead(200, told ? { "content-length": "5000" } : {});
          response.end("x".repeat(5000));
        },
      }, { maxBodyBytes: 1000 });
      expect(error).toMatchObject({ name: "ApiError", code: "answer-too-large" });
      expect(error.message).toMatch(
        /larger than 1000 bytes; request less, or pass a larger maxBodyBytes/,
      );
    },
  );

  it("of 204 needs no body, whatever the call", async () => {
    const server = await serve({ status: 204 });
    const client = createClient({ url: server.url });
    expect(await client.deleteResource("web", "workflow")).toBeUndefined();
    expect(await client.deletePipeline("ship")).toBeUndefined();
  });
});

it("what cannot be JSON is refused before anything is sent", async () => {
  const server = await serve({});
  const spec: Record<string, unknown> = {};
  spec["self"] = spec;
  const client = createClient({ url: server.url });
  const error = await rejection(client.createResource({ name: "web", resource: "workflow", spec }));
  expect(error).toMatchObject({ name: "ConfigError" });
  expect(String(error)).toMatch(/cannot create the resource "web".*: JSON cannot hold its body/);
  expect(server.seen).toEqual([]);
});

describe("a server that is not there", () => {
  it("is a ConnectionError that names it, the reason and the way out", async () => {
    const server = await serve({});
    const gone = server.url.replace(/\d+$/, "1");
    const error = await rejection(createClient({ url: gone, retry: false }).health()) as Error;
    expect(error).toMatchObject({ name: "ConnectionError", code: "connection" });
    expect(error.message).toContain(
      `cannot check the server's health: no response to GET ${gone}/health: `,
    );
    expect(error.message).toMatch(/set CONVEYOR_SERVER_HOST and CONVEYOR_SERVER_PORT$/);
    expect(error.cause).toBeInstanceOf(Error);
  });
});
