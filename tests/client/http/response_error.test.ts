import { describe, expect, it } from "vitest";
import {
  ApiError,
  ConflictError,
  ConveyorError,
  createClient,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "../../../src/client/mod.ts";
import { rejection, type Reply, serve } from "../support/http_server.ts";

/** The error of a call that gets a resource, from a server that responds with `reply`. */
async function errorFor(reply: Reply, options: Parameters<typeof createClient>[0] = {}) {
  const server = await serve(reply);
  const client = createClient({ url: server.url, retry: false, ...options });
  return { error: await rejection(client.getResource("web", "workflow")) as ApiError, server };
}

describe("a response with an error status becomes", () => {
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
  it("says what failed, to what, why and what to do, and has status, text, method and path", async () => {
    const { error, server } = await errorFor({
      status: 500,
      body: { error: "resource not found" },
    });
    expect(error.message).toBe(
      `cannot get the resource "web" of type "workflow": GET ${server.url}/resources/workflow/web returned 500: ` +
        "resource not found; check its name",
    );
    expect(error).toMatchObject({
      name: "NotFoundError",
      status: 500,
      serverText: "resource not found",
      method: "GET",
      path: "/resources/workflow/web",
    });
  });

  it("has the details that a server sends with the error", async () => {
    const { error } = await errorFor({
      status: 401,
      body: { error: "no entry", details: "no certificate" },
    });
    expect(error.serverText).toBe("no entry: no certificate");
  });

  it("has plain text, up to 2000 characters", async () => {
    const { error } = await errorFor({ status: 500, body: "x".repeat(10_000) });
    expect(error.serverText).toBe(`${"x".repeat(2000)}…`);
    expect(error.message.length).toBeLessThan(2100);
  });

  it("of a validation has the path that the server names", async () => {
    const { error } = await errorFor({
      status: 400,
      body: { error: "spec does not conform to schema: /image is missing" },
    });
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.message).toContain("/image is missing; correct the request");
  });

  it("has the delay that the server asks for", async () => {
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

  it("is unreadable when a proxy sends a page with status 404", async () => {
    const { error } = await errorFor({
      status: 404,
      headers: { "content-type": "text/html" },
      body: "<!DOCTYPE html><html><title>Sign in</title></html>",
    });
    expect(error).toMatchObject({ name: "ApiError", code: "unreadable-answer", status: 404 });
  });

  it("is raised for a redirect, which is not followed", async () => {
    const server = await serve({
      status: 301,
      headers: { location: "https://ci.example/pipelines/" },
    });
    const client = createClient({ url: server.url });
    const created = client.createPipeline({ name: "ship", resource: "workflow", steps: [] });
    const error = await rejection(created);
    expect(error).toMatchObject({ name: "ApiError", status: 301 });
    expect(String(error)).toMatch(
      /returned 301: https:\/\/ci\.example\/pipelines\/; pass the base of its target/,
    );
    expect(server.seen).toHaveLength(1);
  });
});

it.each(["Bearer ", "Bearer%20", "token=x", "0"])(
  "no error has a token that the server repeats after %j",
  async (before) => {
    const token = `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(20)}`;
    const { error } = await errorFor({
      status: 401,
      body: { error: `invalid: ${before}${token}!` },
    });
    expect(error.message).toContain(`invalid: ${before}***!`);
    expect(`${error.message} ${error.serverText}`).not.toMatch(/aaaa|bbbb|cccc/);
  },
);
