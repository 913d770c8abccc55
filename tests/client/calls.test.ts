import { describe, expect, it } from "vitest";
import { type Client, ConfigError, createClient } from "@conveyor/driver";
import { serve } from "./support.ts";

const RESOURCE = {
  id: "6500",
  name: "web",
  resource: "workflow",
  metadata: { version: "1" },
  spec: {},
};
const DEFINITION = {
  id: "",
  name: "workflow",
  description: "",
  version: "",
  schema: { type: "object" },
};
const PIPELINE = {
  name: "ship",
  description: "",
  version: "",
  resource: "workflow",
  steps: [{ id: "1", name: "build", driver: "build" }],
  metadata: {},
};
const ENTRY = {
  runid: "r1",
  driver: "build",
  pipeline: "ship",
  timestamp: "2026-01-01T00:00:00Z",
  message: "hi",
};

/** A call, what goes over the wire for it, what the server answers, and what the call gives. */
interface Case {
  readonly make: (client: Client) => Promise<unknown>;
  readonly sends: [method: string, path: string, body?: unknown];
  readonly answer?: { status?: number; body?: object | string };
  readonly gives: unknown;
}

const CASES: Record<string, Case> = {
  createResource: {
    make: (client) =>
      client.createResource({
        name: "web",
        resource: "workflow",
        pipeline: "ship",
        spec: { a: 1 },
      }),
    sends: ["POST", "/resources/", {
      name: "web",
      resource: "workflow",
      pipeline: "ship",
      spec: { a: 1 },
    }],
    answer: { status: 201, body: { name: "web", runid: "r1", message: "done", version: "1" } },
    gives: { name: "web", runId: "r1", message: "done", version: "1" },
  },
  getResource: {
    make: (client) => client.getResource("web", "workflow"),
    sends: ["GET", "/resources/workflow/web"],
    answer: { body: RESOURCE },
    gives: RESOURCE,
  },
  "getResource with a version": {
    make: (client) => client.getResource("web", "workflow", { version: 2 }),
    sends: ["GET", "/resources/workflow/web/2"],
    answer: { body: RESOURCE },
    gives: RESOURCE,
  },
  updateResource: {
    make: (client) => client.updateResource({ ...RESOURCE, spec: { a: 2 } }),
    sends: ["PUT", "/resources/workflow/web", {
      name: "web",
      resource: "workflow",
      spec: { a: 2 },
    }],
    answer: { body: RESOURCE },
    gives: RESOURCE,
  },
  deleteResource: {
    make: (client) => client.deleteResource("web", "workflow"),
    sends: ["DELETE", "/resources/workflow/web"],
    answer: { status: 204 },
    gives: undefined,
  },
  createResourceDefinition: {
    make: (client) =>
      client.createResourceDefinition({ name: "workflow", schema: { type: "object" } }),
    sends: ["POST", "/resource-definitions/", DEFINITION],
    answer: { status: 201, body: { ...DEFINITION, id: "d1" } },
    gives: { ...DEFINITION, id: "d1" },
  },
  createOrUpdateResourceDefinition: {
    make: (client) => client.createOrUpdateResourceDefinition(DEFINITION),
    sends: ["POST", "/resource-definitions/apply", DEFINITION],
    answer: { status: 201, body: DEFINITION },
    gives: DEFINITION,
  },
  getResourceDefinition: {
    make: (client) => client.getResourceDefinition("workflow"),
    sends: ["GET", "/resource-definitions/workflow"],
    answer: { body: DEFINITION },
    gives: DEFINITION,
  },
  updateResourceDefinition: {
    make: (client) => client.updateResourceDefinition(DEFINITION),
    sends: ["PUT", "/resource-definitions/workflow", DEFINITION],
    answer: { body: DEFINITION },
    gives: DEFINITION,
  },
  deleteResourceDefinition: {
    make: (client) => client.deleteResourceDefinition("workflow"),
    sends: ["DELETE", "/resource-definitions/workflow"],
    answer: { status: 204 },
    gives: undefined,
  },
  createPipeline: {
    make: (client) =>
      client.createPipeline({ name: "ship", resource: "workflow", steps: ["build"] }),
    sends: ["POST", "/pipelines/", PIPELINE],
    answer: { status: 201, body: PIPELINE },
    gives: PIPELINE,
  },
  "createPipeline with named steps": {
    make: (client) =>
      client.createPipeline({
        name: "ship",
        resource: "workflow",
        steps: [{ driver: "build" }, { id: "x", name: "out", driver: "deploy" }],
      }),
    sends: ["POST", "/pipelines/", {
      ...PIPELINE,
      steps: [...PIPELINE.steps, { id: "x", name: "out", driver: "deploy" }],
    }],
    answer: { status: 201, body: { ...PIPELINE, steps: null, metadata: null } },
    gives: { ...PIPELINE, steps: [] },
  },
  getPipeline: {
    make: (client) => client.getPipeline("ship"),
    sends: ["GET", "/pipelines/ship"],
    answer: { body: PIPELINE },
    gives: PIPELINE,
  },
  updatePipeline: {
    make: (client) => client.updatePipeline(PIPELINE),
    sends: ["PUT", "/pipelines/ship", PIPELINE],
    answer: { body: PIPELINE },
    gives: PIPELINE,
  },
  deletePipeline: {
    make: (client) => client.deletePipeline("ship"),
    sends: ["DELETE", "/pipelines/ship"],
    answer: { status: 204 },
    gives: undefined,
  },
  listLogs: {
    make: (client) => client.listLogs({ runId: "r1", driver: "build", pipeline: "a b" }),
    sends: ["GET", "/logs?pipeline=a+b&driver=build&runid=r1"],
    answer: { body: [ENTRY, { ...ENTRY, timestamp: 1767225600 }] },
    gives: [
      { runId: "r1", driver: "build", pipeline: "ship", timestamp: ENTRY.timestamp, message: "hi" },
      { runId: "r1", driver: "build", pipeline: "ship", timestamp: "1767225600", message: "hi" },
    ],
  },
  "listLogs of everything, when there is nothing": {
    make: (client) => client.listLogs(),
    sends: ["GET", "/logs"],
    answer: { body: "null" },
    gives: [],
  },
  createLog: {
    make: (client) =>
      client.createLog({
        runId: "r1",
        driver: "build",
        pipeline: "ship",
        timestamp: ENTRY.timestamp,
        message: "hi",
      }),
    sends: ["POST", "/logs", ENTRY],
    answer: { status: 201, body: "Created" },
    gives: undefined,
  },
  broadcastMessage: {
    make: (client) =>
      client.broadcastMessage({ event: "stop", payload: { now: true }, runId: "r1" }),
    sends: ["POST", "/drivers/broadcast-message", {
      event: "stop",
      payload: `{"now":true}`,
      run_id: "r1",
    }],
    answer: { body: { message: "sent" } },
    gives: "sent",
  },
  health: {
    make: (client) => client.health(),
    sends: ["GET", "/health"],
    answer: { body: { status: "ok", time: "now" } },
    gives: { status: "ok", time: "now" },
  },
  metrics: {
    make: (client) => client.metrics(),
    sends: ["GET", "/metrics"],
    answer: { body: "up 1\n" },
    gives: "up 1\n",
  },
};

describe("every call sends what the protocol says and reads what it says", () => {
  it.each(Object.entries(CASES))("%s", async (_, { make, sends, answer = {}, gives }) => {
    const server = await serve(answer);
    expect(await make(createClient({ url: server.url }))).toEqual(gives);
    const [{ method, path, body, headers } = {}] = server
      .seen as (typeof server.seen[0] | undefined)[];
    expect([method, path, ...(body ? [JSON.parse(body)] : [])]).toEqual(sends);
    expect(headers?.["content-type"]).toBe(body ? "application/json" : undefined);
  });

  it("v1 names the type last", async () => {
    const server = await serve({ body: RESOURCE });
    const client = createClient({ url: server.url, protocol: "v1" });
    await client.getResource("web", "workflow");
    await client.updateResource(RESOURCE);
    await client.deleteResource("web", "workflow");
    const path = "/resources/web/workflow";
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(
      ["GET", "PUT", "DELETE"].map((method) => `${method} ${path}`),
    );
  });

  it("v1's answer to a create, which tells no version, is read", async () => {
    const server = await serve({
      status: 201,
      body: { name: "web", runid: "r1", message: "done" },
    });
    const client = createClient({ url: server.url, protocol: "v1" });
    expect(await client.createResource(RESOURCE)).toMatchObject({ runId: "r1", version: "" });
  });
});

describe("names are encoded", () => {
  it.each([
    ["a/b", "a%2Fb"],
    ["ä ö", "%C3%A4%20%C3%B6"],
    ["50%?#", "50%25%3F%23"],
    ["..x", "..x"],
  ])("%s becomes %s", async (name, encoded) => {
    const server = await serve({ body: DEFINITION });
    await createClient({ url: server.url }).getResourceDefinition(name);
    expect(server.seen[0]?.path).toBe(`/resource-definitions/${encoded}`);
  });

  it.each(["", ".", ".."])("%j is refused: it would be another path", async (name) => {
    const client = createClient({ url: "http://localhost:1" });
    await expect(client.getPipeline(name)).rejects.toThrow(ConfigError);
    await expect(client.getResource(name, "workflow")).rejects.toThrow(
      /^name must be other than "", "\." and "\.\.", got "/,
    );
  });
});
