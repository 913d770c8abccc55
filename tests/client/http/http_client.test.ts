import { describe, expect, it } from "vitest";
import {
  type ClientResponse,
  ConfigError,
  createClient,
  TimeoutError,
} from "../../../src/client/mod.ts";
import { deferred, rejection, type Reply, serve } from "../support/http_server.ts";

const FAST = { initialMs: 1, maxMs: 50 };
const BUSY: Reply = { status: 503, body: "try later" };
const BROKEN: Reply = { write: (response) => void response.destroy() };

/** A server that never responds. `requested` resolves with its first request. */
async function silent() {
  const { promise: requested, resolve } = deferred();
  const server = await serve({ write: resolve });
  return { ...server, requested };
}

describe("a call ends", () => {
  it("when timeoutMs expires, with an error that names the call and the time", async () => {
    const { url } = await silent();
    const error = await rejection(createClient({ url, timeoutMs: 50 }).health());
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: "TimeoutError", code: "timeout", timeoutMs: 50 });
    expect(String(error)).toMatch(/cannot check the server's health: it was not done within 50 ms/);
  });

  it("when its own timeoutMs expires, also when the client has none", async () => {
    const { url } = await silent();
    const client = createClient({ url, timeoutMs: Infinity });
    expect(await rejection(client.health({ timeoutMs: 20 }))).toMatchObject({ timeoutMs: 20 });
  });

  it("when timeoutMs expires before the body ends", async () => {
    const server = await serve({ write: (response) => void response.write("{") });
    const client = createClient({ url: server.url, timeoutMs: 50 });
    expect(await rejection(client.health())).toBeInstanceOf(TimeoutError);
  });

  it("when its signal fires, with the signal's reason", async () => {
    const { url, requested } = await silent();
    const controller = new AbortController();
    const call = rejection(createClient({ url }).health({ signal: controller.signal }));
    await requested;
    const reason = new Error("no longer wanted");
    controller.abort(reason);
    expect(await call).toBe(reason);
  });

  it("before it is sent when its signal has fired already", async () => {
    const server = await serve({});
    const signal = AbortSignal.abort("too late");
    expect(await rejection(createClient({ url: server.url }).health({ signal }))).toBe("too late");
    expect(server.seen).toEqual([]);
  });

  it("when timeoutMs expires, also with a fetch that ignores its signal", async () => {
    const fetch = () => new Promise<Response>(() => {});
    const client = createClient({ url: "http://conveyor.test", fetch, timeoutMs: 20 });
    expect(await rejection(client.health())).toBeInstanceOf(TimeoutError);
  });

  it("immediately when timeoutMs is invalid", async () => {
    const client = createClient({ url: "http://conveyor.test" });
    expect(await rejection(client.health({ timeoutMs: 0 }))).toBeInstanceOf(ConfigError);
    expect(await rejection(client.health({ timeoutMs: NaN }))).toBeInstanceOf(ConfigError);
  });
});

describe("connections", () => {
  it("are reused, also after errors and empty responses", async () => {
    const server = await serve((_, count) =>
      count % 3 === 0
        ? { status: 204 }
        : count % 3 === 1
        ? { status: 500, body: { error: "not found" } }
        : { body: { status: "ok" } }
    );
    const client = createClient({ url: server.url });
    for (let round = 0; round < 6; round++) {
      await rejection(client.getPipeline("ship"));
      await client.health();
      await client.deletePipeline("ship");
    }
    expect(server.seen).toHaveLength(18);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });
});

describe("hooks", () => {
  it("are called for every request and every response", async () => {
    const server = await serve((_, count) => count === 1 ? BUSY : { body: { status: "ok" } });
    const seen: unknown[] = [];
    const client = createClient({
      url: server.url,
      retry: FAST,
      onRequest: ({ method, url, attempt }) => void seen.push([method, url, attempt]),
      onResponse: ({ status, attempt, headers }) =>
        void seen.push([status, attempt, headers.has("date")]),
    });
    await client.health();
    const url = `${server.url}/health`;
    expect(seen).toEqual([["GET", url, 1], [503, 1, true], ["GET", url, 2], [200, 2, true]]);
  });

  it("are called for an attempt without a response", async () => {
    const server = await serve(BROKEN);
    const seen: ClientResponse[] = [];
    const client = createClient({
      url: server.url,
      retry: false,
      onResponse: (response) => void seen.push(response),
    });
    await rejection(client.health());
    expect(seen).toMatchObject([{ status: undefined, error: expect.any(Error), attempt: 1 }]);
    expect(seen[0]?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it("may change headers, and are awaited", async () => {
    const server = await serve({ body: { status: "ok" } });
    const client = createClient({
      url: server.url,
      headers: { "x-tenant": "a" },
      onRequest: async ({ headers }) => {
        await Promise.resolve();
        headers.set("x-trace", "1");
      },
    });
    await client.health();
    expect(server.seen[0]?.headers).toMatchObject({ "x-tenant": "a", "x-trace": "1" });
  });

  it("that throw reject the call with their error", async () => {
    const server = await serve({ body: {} });
    const fault = new Error("the hook is broken");
    const client = createClient({
      url: server.url,
      onRequest: () => {
        throw fault;
      },
    });
    expect(await rejection(client.health())).toBe(fault);
    expect(server.seen).toEqual([]);
  });
});

it("a body that JSON cannot hold is rejected before anything is sent", async () => {
  const server = await serve({});
  const spec: Record<string, unknown> = {};
  spec["self"] = spec;
  const client = createClient({ url: server.url });
  const error = await rejection(client.createResource({ name: "web", resource: "workflow", spec }));
  expect(error).toMatchObject({ name: "ConfigError" });
  expect(String(error)).toMatch(/JSON cannot hold the data: /);
  expect(server.seen).toEqual([]);
});

describe("a failed connection", () => {
  it("is a ConnectionError with the URL, the reason and what to do", async () => {
    const server = await serve({});
    const gone = server.url.replace(/\d+$/, "1");
    const error = await rejection(createClient({ url: gone, retry: false }).health()) as Error;
    expect(error).toMatchObject({ name: "ConnectionError", code: "connection" });
    expect(error.message).toContain(
      `cannot check the server's health: no response to GET ${gone}/health: `,
    );
    expect(error.message).toMatch(/check the server, or pass another url$/);
    expect(error.cause).toBeInstanceOf(Error);
  });
});
