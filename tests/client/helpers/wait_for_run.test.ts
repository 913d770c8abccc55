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
