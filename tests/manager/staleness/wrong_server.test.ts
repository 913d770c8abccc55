import { type Client, createClient, type ManagerEvent } from "@conveyor/driver";
import { createDevServer } from "@conveyor/driver/dev";
import { expect, it, onTestFinished } from "vitest";
import { clientOf, ended, openSystem, PIPELINE } from "./support/system.ts";

const WORKFLOW = { name: "workflow", schema: { type: "object" } };

function respondingWith(respond: () => Response | Promise<Response>): Client {
  return createClient({
    url: "http://wrong.test",
    retry: false,
    fetch: () => Promise.resolve(respond()),
  });
}

/** Another Conveyor, with the same resource type and a resource of the same name, or without. */
async function another(hasResource: boolean): Promise<Client> {
  const server = createDevServer({ onNotice: () => {} });
  onTestFinished(() => server.close());
  await server.start();
  const client = clientOf(server);
  await client.createResourceDefinition(WORKFLOW);
  expect(await client.capabilities()).toEqual({ resourceDeletionPipeline: 1 });
  if (hasResource) await client.createResource({ name: "web", resource: "workflow", spec: {} });
  return client;
}

it.each<[string, () => Client | Promise<Client>]>([
  ["404 for everything", () => respondingWith(() => new Response("404", { status: 404 }))],
  [
    "404 in JSON for everything",
    () => respondingWith(() => Response.json({ error: "not found" }, { status: 404 })),
  ],
  [
    "404 for everything, as Fiber says it",
    () => respondingWith(() => new Response("Cannot GET /resources/x", { status: 404 })),
  ],
  [
    "a web page for everything",
    () =>
      respondingWith(() =>
        new Response("<!doctype html><p>hello", { headers: { "content-type": "text/html" } })
      ),
  ],
  [
    "a web page with 404 for everything",
    () =>
      respondingWith(() =>
        new Response("<html>gone", { status: 404, headers: { "content-type": "text/html" } })
      ),
  ],
  ["401 for everything", () => respondingWith(() => new Response("no", { status: 401 }))],
  ["500 for everything", () => respondingWith(() => new Response("oh", { status: 500 }))],
  ["no response at all", () => respondingWith(() => Promise.reject(new TypeError("refused")))],
  ["another Conveyor", () => another(false)],
  ["another Conveyor with a resource of that name", () => another(true)],
])("no event is dropped for %s, and it is said once", async (_, open) => {
  const system = await openSystem();
  const client = await open();
  let calls = 0;
  const manager = await system.start({
    reconcile() {
      if (++calls < 4) throw new Error("not yet");
    },
  }, { client });
  const { runId } = await system.client.createResource({
    name: "web",
    resource: "workflow",
    pipeline: PIPELINE,
    spec: {},
  });
  await ended(system, "succeeded", runId);
  expect(calls).toBe(4);
  expect(manager.stats().drivers["build"]).toMatchObject({ superseded: 0, succeeded: 1 });
  const said = system.events.items.filter((event: ManagerEvent) =>
    event.type === "warning" && event.code === "staleness"
  );
  expect(said).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(
        /^cannot tell whether events are still wanted: .*they are recon/,
      ),
    }),
  ]);
});
