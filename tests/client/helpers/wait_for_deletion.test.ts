import { expect, it, onTestFinished } from "vitest";
import { createDriver, createDriverManager } from "@conveyor/driver";
import { createDevServer, type DevServerOptions } from "@conveyor/driver/dev";
import { createClient, ensureDefinitions, waitForDeletion } from "../../../src/client/mod.ts";
import { rejection } from "../support/http_server.ts";

const WEB = { name: "web", resource: "workflow", pipeline: "ship", spec: {} };
const AT = { name: "web", resource: "workflow", pollMs: 10 };

/** A server and a driver that answers a deletion as each function in turn says. */
async function world(
  answers: (() => unknown)[] = [],
  options: DevServerOptions = {},
) {
  const server = createDevServer(options);
  const driver = createDriver({
    name: "build",
    resources: ["workflow"],
    async reconcile({ event, logger }) {
      logger.info(`${event} build`);
      return event === "delete" ? await answers.shift()?.() as undefined : undefined;
    },
  });
  const manager = createDriverManager({
    driver,
    ...server.broker,
    console: false,
    handleSignals: false,
    shutdownGraceMs: 0, // A step that never ends is not waited for.
    abortGraceMs: 0,
  });
  await server.start();
  const running = manager.run();
  onTestFinished(async () => {
    await manager.stop();
    await running;
    await server.close();
  });
  await manager.ready;
  const client = createClient({ url: "http://conveyor.test", fetch: server.fetch });
  await ensureDefinitions(client, {
    definitions: [{ name: "workflow", schema: { type: "object" } }],
    pipelines: [{ name: "ship", resource: "workflow", steps: ["build"] }],
  });
  await client.createResource(WEB);
  return client;
}

it("resolves when the resource is gone, and hands over the log of the deletion's run", async () => {
  const client = await world();
  const lines: string[] = [];
  const { state, runId } = await client.deleteResource("web", "workflow");
  expect({ state, runId }).toEqual({ state: "deleting", runId: expect.any(String) });
  await waitForDeletion(client, {
    ...AT,
    runId,
    onLog: ({ runId, message }) => void lines.push(`${runId} ${message}`),
  });
  expect(lines).toContain(`${runId} delete build`);
  expect(await rejection(client.getResource("web", "workflow"))).toMatchObject({
    code: "not-found",
  });
  expect(await client.deleteResource("web", "workflow")).toEqual({ state: "deleted" });
  await waitForDeletion(client, AT);
});

it("rejects with the message of the step that failed; deleting again starts over", async () => {
  const client = await world([() => ({ success: false, message: "the disk is in use" })]);
  await client.deleteResource("web", "workflow");
  expect(await rejection(waitForDeletion(client, AT))).toMatchObject({
    code: "deletion-failed",
    message: expect.stringContaining("build says: the disk is in use; delete it again"),
  });
  expect((await client.deleteResource("web", "workflow")).state).toBe("deleting");
  await waitForDeletion(client, AT);
});

it("rejects when nothing deletes the resource, when the time is up, and with its signal's reason", async () => {
  const client = await world([() => new Promise(() => {})]);
  expect(await rejection(waitForDeletion(client, AT))).toMatchObject({ code: "not-deleting" });
  await client.deleteResource("web", "workflow");
  expect(await rejection(waitForDeletion(client, { ...AT, timeoutMs: 50 }))).toMatchObject({
    name: "TimeoutError",
  });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  expect(await rejection(waitForDeletion(client, { ...AT, signal }))).toBe(reason);
});

it("is over when a resource of that name was created again", async () => {
  const ids = ["one", "one", "two"];
  const client = {
    getResource: () =>
      Promise.resolve({ ...WEB, id: ids.shift()!, metadata: { deleting: true } }) as never,
    streamLogs: () => ({}) as never,
    listLogs: () => Promise.resolve([]),
  };
  await waitForDeletion(client, AT);
  expect(ids).toEqual([]);
});
