import { expect, it } from "vitest";
import { createClient } from "../../../src/client/mod.ts";
import { serve } from "../support/http_server.ts";
import { testCalls } from "../support/call_cases.ts";

const PIPELINE = {
  name: "ship",
  description: "",
  version: "",
  resource: "workflow",
  steps: [{ id: "1", name: "build", driver: "build" }],
  metadata: {},
};

testCalls({
  createPipeline: {
    call: (client) =>
      client.createPipeline({ name: "ship", resource: "workflow", steps: ["build"] }),
    sends: ["POST", "/pipelines/", PIPELINE],
    response: { status: 201, body: PIPELINE },
    returns: PIPELINE,
  },
  "createPipeline with named steps": {
    call: (client) =>
      client.createPipeline({
        name: "ship",
        resource: "workflow",
        steps: [{ driver: "build" }, { id: "x", name: "out", driver: "deploy" }],
      }),
    sends: ["POST", "/pipelines/", {
      ...PIPELINE,
      steps: [...PIPELINE.steps, { id: "x", name: "out", driver: "deploy" }],
    }],
    response: { status: 201, body: { ...PIPELINE, steps: null, metadata: null } },
    returns: { ...PIPELINE, steps: [] },
  },
  getPipeline: {
    call: (client) => client.getPipeline("ship"),
    sends: ["GET", "/pipelines/ship"],
    response: { body: PIPELINE },
    returns: PIPELINE,
  },
  updatePipeline: {
    call: (client) => client.updatePipeline(PIPELINE),
    sends: ["PUT", "/pipelines/ship", PIPELINE],
    response: { body: PIPELINE },
    returns: PIPELINE,
  },
  deletePipeline: {
    call: (client) => client.deletePipeline("ship"),
    sends: ["DELETE", "/pipelines/ship"],
    response: { status: 204 },
    returns: undefined,
  },
});

it.each([
  [[{ id: "a", driver: "build" }, { id: "a", driver: "deploy" }], `["a","a"]`],
  [[{ id: "", driver: "build" }], `[""]`],
  [["build", { id: "1", driver: "deploy" }], `["1","1"]`],
])("createPipeline refuses steps that the server cannot tell apart: %j", async (steps, ids) => {
  const server = await serve({});
  const client = createClient({ url: server.url });
  const refused = expect(
    (async () => await client.createPipeline({ name: "ship", resource: "workflow", steps }))(),
  );
  await refused.rejects.toThrow(
    `cannot create the pipeline "ship": its steps need ids that differ, got ${ids}`,
  );
  expect(server.seen).toEqual([]);
});
