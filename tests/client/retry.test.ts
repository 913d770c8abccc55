import { describe, expect, it } from "vitest";
import { type Client, ConnectionError, createClient } from "@conveyor/driver";
import type { ClientResponse } from "@conveyor/driver/client";
import { createRetryPolicy } from "../../src/client/http/retry_policy.ts";
import { rejection, type Reply, serve } from "./support.ts";

const FAST = { initialMs: 1, maxMs: 50 };
const RESOURCE = { name: "web", resource: "workflow", spec: {} };
const STORED = { id: "1", metadata: {}, ...RESOURCE };

/**
 * Makes a call of a server that fails `times` times, and tells how often the client tried. Not how often the server was
 * asked: Deno's own fetch asks once more when a connection ends before an answer.
 */
async function attempts(make: (client: Client) => Promise<unknown>, fail: Reply, times = Infinity) {
  const server = await serve((request) => {
    if (count <= times) return fail;
    return {
      body: request.path.startsWith("/resources/") ? STORED : { name: "ship", runid: "r1" },
    };
  });
  let count = 0;
  const client = createClient({ url: server.url, retry: FAST, onRequest: () => void count++ });
  const outcome = await make(client).then(() => "done", (error) => error.name as string);
  return { count, outcome };
}

const BUSY: Reply = { status: 503, body: "try later" };
const BROKEN: Reply = { write: (response) => void response.destroy() };

describe("a call that is safe to repeat is repeated", () => {
  it.each<[string, (client: Client) => Promise<unknown>]>([
    ["getting", (client) => client.getResource("web", "workflow")],
    ["deleting", (client) => client.deleteResource("web", "workflow")],
    [
      "creating or updating a definition",
      (client) => client.createOrUpdateResourceDefinition({ name: "workflow", schema: {} }),
    ],
    [
      "creating a pipeline, which replaces",
      (client) => client.createPipeline({ name: "ship", resource: "workflow", steps: [] }),
    ],
  ])("%s", async (_, make) => {
    expect(await attempts(make, BUSY, 2)).toEqual({ count: 3, outcome: "done" });
    expect(await attempts(make, BROKEN, 2)).toEqual({ count: 3, outcome: "done" });
  });

  it("three times in all, unless told otherwise", async () => {
    const get = (client: Client) => client.getResource("web", "workflow");
    expect(await attempts(get, BUSY)).toEqual({ count: 3, outcome: "ApiError" });
    expect(await attempts(get, BROKEN)).toEqual({ count: 3, outcome: "ConnectionError" });
    const server = await serve(BUSY);
    await rejection(createClient({ url: server.url, retry: { ...FAST, attempts: 5 } }).health());
    expect(server.seen).toHaveLength(5);
    await rejection(createClient({ url: server.url, retry: false }).health());
    expect(server.seen).toHaveLength(6);
  });
});

describe("a call that is not safe to repeat is not repeated", () => {
  it.each<[string, (client: Client) => Promise<unknown>]>([
    ["creating a resource, which starts a run", (client) => client.createResource(RESOURCE)],
    ["updating a resource, which makes a version", (client) => client.updateResource(RESOURCE)],
    [
      "storing a log entry",
      (client) => client.createLog({ runId: "r", driver: "d", message: "m" }),
    ],
    ["broadcasting", (client) => client.broadcastMessage({ event: "e", payload: "" })],
  ])("%s", async (_, make) => {
    expect(await attempts(make, BUSY)).toEqual({ count: 1, outcome: "ApiError" });
    expect(await attempts(make, BROKEN)).toEqual({ count: 1, outcome: "ConnectionError" });
  });

  it("except after 429, which says that nothing was done", async () => {
    const create = (client: Client) => client.createResource(RESOURCE);
    const busy = { status: 429, headers: { "retry-after": "0" }, body: "slow down" };
    const server = await serve((_, count) =>
      count < 3 ? busy : { body: { name: "web", runid: "r1" } }
    );
    expect(await create(createClient({ url: server.url, retry: FAST }))).toMatchObject({
      runId: "r1",
    });
    expect(server.seen).toHaveLength(3);
  });

  it("except when no connection came about", async () => {
    const closed = await serve({});
    await closed.close();
    let count = 0;
    const client = createClient({ url: closed.url, retry: FAST, onRequest: () => void count++ });
    expect(await rejection(client.createResource(RESOURCE))).toBeInstanceOf(ConnectionError);
    expect(count).toBe(3);
  });

  it("nor is any call that the server has refused for good", async () => {
    for (const status of [400, 401, 404, 409, 500]) {
      const refused = await attempts((client) => client.getPipeline("ship"), {
        status,
        body: "no",
      });
      expect(refused.count).toBe(1);
    }
  });
});

describe("when a call is repeated", () => {
  it("delays grow, at random from nothing to their bound", () => {
    const { delayAfter } = createRetryPolicy({ attempts: 10, initialMs: 100, maxMs: 400 });
    const delays = (attempt: number) =>
      Array.from({ length: 200 }, () => delayAfter(new ConnectionError("no"), attempt, true) ?? -1);
    for (const [attempt, bound] of [[1, 100], [2, 200], [3, 400], [9, 400]] as const) {
      const some = delays(attempt);
      expect(Math.min(...some)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...some)).toBeLessThanOrEqual(bound);
      expect(new Set(some).size).toBeGreaterThan(20);
    }
  });

  it("Retry-After is heeded, and one that is too long ends the call at once", async () => {
    const wait = (seconds: string) => ({
      status: 503,
      headers: { "retry-after": seconds },
      body: "",
    });
    const server = await serve((_, count) => count === 1 ? wait("0") : wait("3600"));
    const error = await rejection(createClient({ url: server.url }).health());
    expect(error).toMatchObject({ status: 503, retryAfterMs: 3_600_000 });
    expect(server.seen).toHaveLength(2);
  });

  it("the error is told at once when the next attempt would come after the call's time", async () => {
    const server = await serve({ status: 503, headers: { "retry-after": "5" }, body: "" });
    const error = await rejection(createClient({ url: server.url, timeoutMs: 1000 }).health());
    expect(error).toMatchObject({ name: "ApiError", status: 503 });
  });

  it("the signal ends the wait", async () => {
    const server = await serve({ status: 503, headers: { "retry-after": "9" }, body: "" });
    const controller = new AbortController();
    const client = createClient({
      url: server.url,
      onResponse: () => void setTimeout(() => controller.abort("enough")),
    });
    expect(await rejection(client.health({ signal: controller.signal }))).toBe("enough");
  });

  it("the error tells how many attempts there were", async () => {
    const server = await serve(BROKEN);
    const error = await rejection(createClient({ url: server.url, retry: FAST }).health());
    expect(String(error)).toContain("/health in 3 attempts: ");
  });
});

describe("hooks", () => {
  it("are told of every request and every answer", async () => {
    const server = await serve((_, count) => count === 1 ? BUSY : { body: { status: "ok" } });
    const told: unknown[] = [];
    const client = createClient({
      url: server.url,
      retry: FAST,
      onRequest: ({ method, url, attempt }) => void told.push([method, url, attempt]),
      onResponse: ({ status, attempt, headers }) =>
        void told.push([status, attempt, headers.has("date")]),
    });
    await client.health();
    const url = `${server.url}/health`;
    expect(told).toEqual([["GET", url, 1], [503, 1, true], ["GET", url, 2], [200, 2, true]]);
  });

  it("are told of an attempt that got no answer", async () => {
    const server = await serve(BROKEN);
    const told: ClientResponse[] = [];
    const client = createClient({
      url: server.url,
      retry: false,
      onResponse: (it) => void told.push(it),
    });
    await rejection(client.health());
    expect(told).toMatchObject([{ status: undefined, error: expect.any(Error), attempt: 1 }]);
    expect(told[0]?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it("may change headers, and are waited for", async () => {
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

  it("that throw end the call with their error", async () => {
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
