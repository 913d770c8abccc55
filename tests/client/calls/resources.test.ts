import { createDevServer } from "@conveyor/driver/dev";
import { describe, expect, it, onTestFinished } from "vitest";
import { createClient, type FetchLike } from "../../../src/client/mod.ts";
import { testCalls } from "../support/call_cases.ts";
import { rejection, serve } from "../support/http_server.ts";

const RESOURCE = {
  id: "6500",
  name: "web",
  resource: "workflow",
  metadata: { version: "1" },
  spec: {},
};

testCalls({
  createResource: {
    call: (client) =>
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
    response: { status: 201, body: { name: "web", runid: "r1", message: "done", version: "1" } },
    returns: { name: "web", runId: "r1", message: "done", version: "1" },
  },
  getResource: {
    call: (client) => client.getResource("web", "workflow"),
    sends: ["GET", "/resources/workflow/web"],
    response: { body: RESOURCE },
    returns: RESOURCE,
  },
  "getResource with a version": {
    call: (client) => client.getResource("web", "workflow", { version: 2 }),
    sends: ["GET", "/resources/workflow/web/2"],
    response: { body: RESOURCE },
    returns: RESOURCE,
  },
  updateResource: {
    call: (client) => client.updateResource({ ...RESOURCE, pipeline: "ship", spec: { a: 2 } }),
    sends: ["PUT", "/resources/workflow/web", {
      name: "web",
      resource: "workflow",
      pipeline: "ship",
      spec: { a: 2 },
    }],
    response: { body: { ...RESOURCE, runid: "r2" } },
    returns: { ...RESOURCE, runId: "r2" },
  },
  "updateResource out of its pipeline": {
    call: (client) => client.updateResource({ ...RESOURCE, pipeline: null }),
    sends: ["PUT", "/resources/workflow/web", { name: "web", resource: "workflow", spec: {} }],
    response: { body: RESOURCE },
    returns: RESOURCE,
  },
  deleteResource: {
    call: (client) => client.deleteResource("web", "workflow"),
    sends: ["DELETE", "/resources/workflow/web"],
    response: { status: 204 },
    returns: { state: "deleted" },
  },
  "deleteResource through a pipeline": {
    call: (client) => client.deleteResource("web", "workflow"),
    sends: ["DELETE", "/resources/workflow/web"],
    response: { status: 202, body: { message: "on its way", runid: "r3" } },
    returns: { state: "deleting", runId: "r3" },
  },
  "deleteResource through a pipeline, with a body that says nothing": {
    call: (client) => client.deleteResource("web", "workflow"),
    sends: ["DELETE", "/resources/workflow/web"],
    response: { status: 202 },
    returns: { state: "deleting" },
  },
  "deleteResource of one that does not exist": {
    call: (client) => client.deleteResource("web", "workflow"),
    sends: ["DELETE", "/resources/workflow/web"],
    response: { status: 404, body: { error: "resource web not found" } },
    returns: { state: "deleted" },
  },
});

describe.each(
  [
    ["name-type", "/resources/web/workflow", []],
    ["type-name", "/resources/workflow/web", ["GET /resources/web/workflow"]],
  ] as const,
)("a v1 server with paths of %s", (pathOrder, path, before) => {
  async function v1Client() {
    const server = createDevServer({ generation: "v1", pathOrder, onNotice() {} });
    onTestFinished(() => server.close());
    const seen: string[] = [];
    const fetch: FetchLike = async (url, init) => {
      seen.push(`${init.method} ${new URL(url).pathname}`);
      return await server.fetch(url, init);
    };
    const client = createClient({
      url: "http://ci.test",
      protocol: "v1",
      credentials: false,
      fetch,
    });
    await client.createResourceDefinition({ name: "workflow", schema: {} });
    return { client, seen };
  }

  it("is found out by the first resource that is read, and remembered", async () => {
    const { client, seen } = await v1Client();
    await client.createResource(RESOURCE);
    seen.length = 0;
    expect(await client.getResource("web", "workflow")).toMatchObject({ name: "web" });
    await client.getResource("web", "workflow");
    await client.deleteResource("web", "workflow");
    expect(seen).toEqual([...before, `GET ${path}`, `GET ${path}`, `DELETE ${path}`]);
    expect(await rejection(client.getResource("web", "workflow"))).toMatchObject({
      code: "not-found",
    });
  });

  it("is updated and deleted only once its paths are known", async () => {
    const { client, seen } = await v1Client();
    expect(await client.deleteResource("web", "workflow")).toEqual({ state: "deleted" });
    expect(await rejection(client.updateResource(RESOURCE))).toMatchObject({ code: "not-found" });
    expect(seen.filter((call) => /^(PUT|DELETE)/.test(call))).toEqual([]);
    await client.createResource(RESOURCE);
    seen.length = 0;
    await client.updateResource({ ...RESOURCE, spec: { image: "next" } });
    await client.deleteResource("web", "workflow");
    expect(seen).toEqual([...before, `GET ${path}`, `PUT ${path}`, `DELETE ${path}`]);
  });
});

it("the response of v1 to a create, which has no version, is read", async () => {
  const server = await serve({
    status: 201,
    body: { name: "web", runid: "r1", message: "done" },
  });
  const client = createClient({ url: server.url, protocol: "v1" });
  expect(await client.createResource(RESOURCE)).toMatchObject({ runId: "r1", version: "" });
});

it("an update without a pipeline keeps the one that the resource has", async () => {
  const server = await serve({ body: { ...RESOURCE, pipeline: "ship" } });
  await createClient({ url: server.url }).updateResource({ ...RESOURCE, spec: { a: 2 } });
  expect(server.seen.map(({ method }) => method)).toEqual(["GET", "PUT"]);
  expect(JSON.parse(server.seen[1]!.body)).toEqual({
    name: "web",
    resource: "workflow",
    pipeline: "ship",
    spec: { a: 2 },
  });
});

it("a create that fails after the resource was stored says how to go on, and is sent once", async () => {
  const server = await serve({ status: 500, body: { error: "Failed to publish the event" } });
  const client = createClient({ url: server.url });
  await expect(client.createResource({ name: "web", resource: "workflow", spec: {} })).rejects
    .toThrow(
      "Failed to publish the event; it may be stored: get it, then update or delete it",
    );
  expect(server.seen).toHaveLength(1);
});

it("a deletion on a server that does not have the call is an error", async () => {
  const server = await serve({ status: 404, body: "Cannot DELETE /resources/workflow/web" });
  await expect(createClient({ url: server.url }).deleteResource("web", "workflow")).rejects
    .toMatchObject({ code: "not-supported" });
});
