import { expect, it } from "vitest";
import { createOrUpdateResource, ValidationError, waitForRun } from "../../../src/client/mod.ts";
import { rejection } from "../support/http_server.ts";
import { site, steps, useShippingServer } from "../support/shipping_server.ts";

const client = useShippingServer();

it("creates first, which starts a run, and updates then, which does not", async () => {
  const resource = site();
  const first = await createOrUpdateResource(client(), resource);
  expect(first.run?.runId).toBeTypeOf("string");
  await waitForRun(client(), { name: resource.name, resource: "workflow", steps });
  const second = await createOrUpdateResource(client(), { ...resource, spec: { fail: true } });
  expect(second.run).toBeUndefined();
  expect(second.resource).toMatchObject({ spec: { fail: true }, metadata: { version: "2" } });
});

it("rejects with the error of the server", async () => {
  const wrong = createOrUpdateResource(client(), { ...site(), spec: { fail: "yes" } });
  expect(await rejection(wrong)).toBeInstanceOf(ValidationError);
});
