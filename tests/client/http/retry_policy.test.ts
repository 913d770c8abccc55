import { describe, expect, it } from "vitest";
import { type Client, ConnectionError, createClient } from "../../../src/client/mod.ts";
import { createRetryPolicy } from "../../../src/client/http/retry_policy.ts";
import { rejection, type Reply, serve } from "../support/http_server.ts";

const FAST = { initialMs: 1, maxMs: 50 };
const RESOURCE = { name: "web", resource: "workflow", spec: {} };
const STORED = { id: "1", metadata: {}, ...RESOURCE };

/**
 * Makes a call to a server that fails `times` times, and counts the attempts of the client. Not the requests: the fetch of
 * Deno resends a request when a connection ends before the response.
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

describe("an idempotent call is retried", () => {
  it.each<[string, (client: Client) => Promise<unknown>]>([
    ["getting", (client) => client.getResource("web", "workflow")],
    ["deleting", (client) => client.deleteResource("web", "workflow")],
    [
      "creating or updating a definition",
      (client) => client.createOrUpdateResourceDefinition({ name: "workflow", schema: {} }),
    ],
    [
      "creating a pipeline, which replaces an existing one",
      (client) => client.createPipeline({ name: "ship", resource: "workflow", steps: [] }),
    ],
  ])("%s", async (_, make) => {
    expect(await attempts(make, BUSY, 2)).toEqual({ count: 3, outcome: "done" });
    expect(await attempts(make, BROKEN, 2)).toEqual({ count: 3, outcome: "done" });
  });

  it("up to three attempts by default", async () => {
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

describe("a call that is not idempotent is not retried", () => {
  it.each<[string, (client: Client) => Promise<unknown>]>([
    ["creating a resource, which starts a run", (client) => client.createResource(RESOURCE)],
    [
      "updating a resource, which creates a version",
      (client) => client.updateResource({ ...RESOURCE, pipeline: null }),
    ],
    [
      "storing a log entry",
      (client) => client.createLog({ runId: "r", driver: "d", message: "m" }),
    ],
    ["broadcasting", (client) => client.broadcastMessage({ event: "e", payload: "" })],
  ])("%s", async (_, make) => {
    expect(await attempts(make, BUSY)).toEqual({ count: 1, outcome: "ApiError" });
    expect(await attempts(make, BROKEN)).toEqual({ count: 1, outcome: "ConnectionError" });
  });

  it("except after 429: the server has not executed it", async () => {
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

  it("except when no connection was established", async () => {
    const closed = await serve({});
    await closed.close();
    let count = 0;
    const client = createClient({ url: closed.url, retry: FAST, onRequest: () => void count++ });
    expect(await rejection(client.createResource(RESOURCE))).toBeInstanceOf(ConnectionError);
    expect(count).toBe(3);
  });

  it("nor is any call after a permanent failure", async () => {
    for (const status of [400, 401, 404, 409, 500]) {
      const refused = await attempts((client) => client.getPipeline("ship"), {
        status,
        body: "no",
      });
      expect(refused.count).toBe(1);
    }
  });
});

describe("when a call is retried", () => {
  it("delays are random, up to a bound that grows", () => {
    const delayAfter = createRetryPolicy({ attempts: 10, initialMs: 100, maxMs: 400 });
    const delays = (attempt: number) =>
      Array.from({ length: 200 }, () => delayAfter(new ConnectionError("no"), attempt, true) ?? -1);
    for (const [attempt, bound] of [[1, 100], [2, 200], [3, 400], [9, 400]] as const) {
      const some = delays(attempt);
      expect(Math.min(...some)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...some)).toBeLessThanOrEqual(bound);
      expect(new Set(some).size).toBeGreaterThan(20);
    }
  });

  it("Retry-After is followed, and one above maxMs rejects the call immediately", async () => {
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

  it("the call rejects immediately when the next attempt would exceed timeoutMs", async () => {
    const server = await serve({ status: 503, headers: { "retry-after": "5" }, body: "" });
    const error = await rejection(createClient({ url: server.url, timeoutMs: 1000 }).health());
    expect(error).toMatchObject({ name: "ApiError", status: 503 });
  });

  it("the signal ends the delay", async () => {
    const server = await serve({ status: 503, headers: { "retry-after": "9" }, body: "" });
    const controller = new AbortController();
    const client = createClient({
      url: server.url,
      onResponse: () => void setTimeout(() => controller.abort("enough")),
    });
    expect(await rejection(client.health({ signal: controller.signal }))).toBe("enough");
  });

  it("the error has the number of attempts", async () => {
    const server = await serve(BROKEN);
    const error = await rejection(createClient({ url: server.url, retry: FAST }).health());
    expect(String(error)).toContain("/health in 3 attempts: ");
  });
});
