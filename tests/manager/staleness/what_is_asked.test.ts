import { type Client, createClient, createDriver } from "@conveyor/driver";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { resolveOptions } from "../../../src/manager/options.ts";
import { type Candidate, Staleness } from "../../../src/manager/staleness/staleness.ts";
import type { Connection } from "../../../src/transport/transport.ts";
import { BrokerClock } from "../../../src/manager/staleness/broker_clock.ts";
import { ended, openSystem, PIPELINE, type System } from "./support/system.ts";

const WEB = { name: "web", resource: "workflow", pipeline: PIPELINE, spec: {} };

/** The broker's time. */
const NOW = Date.parse("2026-01-01T00:00:00Z");
const OLDER = { timestampMs: NOW - 1100 };
const ASKED = "GET /resources/workflow/web";

async function connectionTo({ server }: System): Promise<Connection> {
  const connection = await server.broker.transport!.connect({ servers: ["memory:"] });
  onTestFinished(() => connection.close());
  return connection;
}

/** A client that lists the paths it asks for. */
function listening({ server }: System): { client: Client; asked: string[] } {
  const asked: string[] = [];
  const client = createClient({
    url: "http://conveyor.test",
    fetch: server.fetch,
    onRequest: ({ method, url }) => void asked.push(`${method} ${new URL(url).pathname}`),
  });
  return { client, asked };
}

describe("what is asked of the API server", () => {
  it.each<[string, string[], Partial<Candidate>]>([
    ["nothing before the first attempt at a fresh event", [], {}],
    ["the resource before the first attempt at an older event", [ASKED], { delivery: OLDER }],
    ["the resource before the first attempt that may be a repeat", [ASKED], { mayBeRepeat: true }],
    ["the resource before another attempt", [ASKED], { attempt: 2 }],
  ])("%s", async (_, paths, changes) => {
    const system = await openSystem();
    const { client, asked } = listening(system);
    await system.client.createResource(WEB);
    const staleness = new Staleness({
      connection: await connectionTo(system),
      client: () => client,
      clock: new BrokerClock(NOW),
      shuttingDown: new AbortController().signal,
      emit() {},
    });
    const resource = await system.client.getResource("web", "workflow");
    const { current_pipeline_run: runId } = resource.metadata;
    const message = { event: "create", runId: String(runId), id: "1", payload: "", resource };
    const why = await staleness.beforeAttempt({
      driver: { name: "build" },
      message: { ...message, rawResource: resource },
      delivery: { timestampMs: NOW + 60_000 }, // So that a slow machine does not let it grow old.
      attempt: 1,
      mayBeRepeat: false,
      signal: new AbortController().signal,
      ...changes,
    });
    expect(why).toBeUndefined();
    expect(asked).toEqual(paths);
  });

  it("nothing with staleness off", async () => {
    const system = await openSystem();
    const { client, asked } = listening(system);
    await system.start({
      reconcile({ attempt }) {
        if (attempt < 3) throw new Error("not yet");
      },
    }, { client, staleness: "off" });
    const { runId } = await system.client.createResource(WEB);
    await ended(system, "succeeded", runId);
    expect(asked).toEqual([]);
  });

  it("nothing about an event that was published by hand under a name of its own", async () => {
    const system = await openSystem();
    const { client, asked } = listening(system);
    const manager = await system.start({
      reconcile({ attempt }) {
        if (attempt < 2) throw new Error("not yet");
      },
    }, { client });
    const connection = await connectionTo(system);
    const resource = { id: "mine", name: "mine", resource: "workflow", metadata: {}, spec: {} };
    const message = {
      event: "rollback",
      id: "1",
      run_id: "run-1",
      payload: JSON.stringify(resource),
    };
    await connection.publishConfirmed(
      "resources.workflow",
      new TextEncoder().encode(JSON.stringify(message)),
    );
    await ended(system, "succeeded", "run-1");
    expect(asked).toEqual([]);
    expect(manager.stats().drivers["build"]).toMatchObject({ retried: 1, superseded: 0 });
  });

  it.each<[string, () => Promise<Response>]>([
    ["refuses the connection", () => Promise.reject(new TypeError("refused"))],
    ["never responds", () => new Promise<Response>(() => {})],
  ])("nothing for a while of a server that %s", async (_, respond) => {
    const system = await openSystem();
    let asked = 0;
    const client = createClient({
      url: "http://away.test",
      retry: false,
      fetch() {
        asked++;
        return respond();
      },
    });
    await system.start({
      reconcile({ attempt }) {
        if (attempt < 4) throw new Error("not yet");
      },
    }, { client });
    const { runId } = await system.client.createResource(WEB);
    await ended(system, "succeeded", runId);
    expect(asked).toBe(1);
  });
});

describe("the default of staleness", () => {
  const driver = createDriver({ name: "build", resources: ["workflow"], reconcile() {} });
  const checks = (options: Parameters<typeof resolveOptions>[0] = { driver }) =>
    resolveOptions(options).checksStaleness;

  it.each([
    ["CONVEYOR_SERVER_HOST", "ci.test"],
    ["CONVEYOR_SERVER_PORT", "8081"],
    ["CONVEYOR_SERVER_URL", "https://ci.test"],
  ])("is to check where %s says which server it is", (name, value) => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv(name, "");
    expect(checks()).toBe(false);
    vi.stubEnv(name, value);
    expect(checks()).toBe(true);
    expect(checks({ driver, staleness: "off" })).toBe(false);
  });

  it("is to check with the user's own client, and off without a word of a server", () => {
    expect(checks({ driver, client: createClient() })).toBe(true);
    expect(checks()).toBe(false);
    expect(checks({ driver, staleness: "check" })).toBe(true);
  });

  it("refuses other values", () => {
    expect(() => checks({ driver, staleness: "on" as "off" }))
      .toThrow(`staleness must be "check" or "off", got a value of type string`);
  });
});
