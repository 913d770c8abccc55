import { expect, it } from "vitest";
import { ensureDefinitions, NotFoundError } from "../../../src/client/mod.ts";
import { rejection } from "../support/http_server.ts";
import { definitions, pipelines, useShippingServer } from "../support/shipping_server.ts";

const client = useShippingServer();

it("is idempotent, and rejects with the error of the server", async () => {
  await ensureDefinitions(client(), { definitions, pipelines });
  expect(await client().getResourceDefinition("workflow")).toMatchObject(definitions[0]!);
  const unknown = ensureDefinitions(client(), {
    pipelines: [{ ...pipelines[0]!, resource: "none" }],
  });
  expect(await rejection(unknown)).toBeInstanceOf(NotFoundError);
  await ensureDefinitions(client(), {});
});
