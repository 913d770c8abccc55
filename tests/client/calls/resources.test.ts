import { expect, it } from "vitest";
import { createClient } from "../../../src/client/mod.ts";
import { testCalls } from "../support/call_cases.ts";
import { serve } from "../support/http_server.ts";

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
    call: (client) => client.updateResource({ ...RESOURCE, spec: { a: 2 } }),
    sends: ["PUT", "/resources/workflow/web", {
      name: "web",
      resource: "workflow",
      spec: { a: 2 },
    }],
    response: { body: RESOURCE },
    returns: RESOURCE,
  },
  deleteResource: {
    call: (client) => client.deleteResource("web", "workflow"),
    sends: ["DELETE", "/resources/workflow/web"],
    response: { status: 204 },
    returns: undefined,
  },
});

it("paths of v1 have the type last", async () => {
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

it("the response of v1 to a create, which has no version, is read", async () => {
  const server = await serve({
    status: 201,
    body: { name: "web", runid: "r1", message: "done" },
  });
  const client = createClient({ url: server.url, protocol: "v1" });
  expect(await client.createResource(RESOURCE)).toMatchObject({ runId: "r1", version: "" });
});
