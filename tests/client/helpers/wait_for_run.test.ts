import { expect, it } from "vitest";
import { NotFoundError, runResource, waitForRun } from "../../../src/client/mod.ts";
import { rejection } from "../support/http_server.ts";
import { pipelines, site, steps, useShippingServer } from "../support/shipping_server.ts";

const client = useShippingServer();

it("returns results that exist already, for steps in the form of a pipeline", async () => {
  const { name } = await runResource(client(), site(), { steps });
  const outcome = await waitForRun(client(), {
    name,
    resource: "workflow",
    steps: [{ driver: "build" }, { id: "2", name: "out", driver: "deploy" }],
  });
  expect(outcome.success).toBe(true);
  expect(outcome.resource.metadata["version"]).toBe("1");
});

it("rejects when timeoutMs expires", async () => {
  const { name } = await runResource(client(), site(), { steps });
  const never = waitForRun(client(), {
    name,
    resource: "workflow",
    steps: ["absent"],
    timeoutMs: 50,
  });
  expect(await rejection(never)).toMatchObject({ name: "TimeoutError" });
});

it("gets the steps from the server where it returns them", async () => {
  const { name } = await runResource(client(), site(), { steps });
  const pipeline = await client().createPipeline({ ...pipelines[0]!, steps });
  const withSteps = { ...client(), getPipeline: () => Promise.resolve(pipeline) };
  expect((await waitForRun(withSteps, { name, resource: "workflow" })).success).toBe(true);
});

it("rejects when the resource does not exist", async () => {
  const error = await rejection(
    waitForRun(client(), { name: "none", resource: "workflow", steps }),
  );
  expect(error).toBeInstanceOf(NotFoundError);
});

it("names the driver that has not answered when the time is up", async () => {
  const { name } = await runResource(client(), site(), { steps });
  const wait = waitForRun(client(), {
    name,
    resource: "workflow",
    steps: ["build", "clnoe"],
    timeoutMs: 50,
  });
  expect(String(await rejection(wait))).toMatch(
    /not done within 50 ms, and no driver named clnoe has answered; check that it runs/,
  );
});

it("waits for the run of an update, and is superseded when another run takes its place", async () => {
  const resource = site();
  const { name, runId: first } = await runResource(client(), resource, { steps });
  const { runId, metadata } = await client().updateResource({ ...resource, spec: {} });
  expect(runId).not.toBe(first);
  const at = { name, resource: "workflow", steps };
  const outcome = await waitForRun(client(), {
    ...at,
    runId,
    version: String(metadata["version"]),
  });
  expect(outcome).toMatchObject({
    success: true,
    resource: { metadata: { current_pipeline_event: "update", current_pipeline_run: runId } },
  });
  expect(await rejection(waitForRun(client(), { ...at, runId: first, version: "1" })))
    .toMatchObject({ code: "superseded" });
});
