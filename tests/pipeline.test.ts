import { expect, it } from "vitest";
import { createClient, createDriver, createDriverManager, createPipeline } from "../mod.ts";
import { ensureDefinitions, runResource } from "../src/client/mod.ts";
import { createDevServer } from "../src/dev/mod.ts";

const build = createDriver<{ tag: string }, "build", { image: string }>({
  name: "build",
  resources: ["workflow", "image"],
  reconcile: ({ resource: { name, spec } }) =>
    spec.tag === ""
      ? { success: false, message: "it needs a tag" }
      : { success: true, data: { image: `${name}:${spec.tag}` } },
});
const deploy = createDriver({
  name: "deploy",
  resources: ["workflow"],
  after: [build],
  reconcile: ({ results }) => ({
    success: true,
    data: { url: `https://${results.build.data.image}` },
  }),
});

it("is what the server gets, and gives results the types of its drivers", async () => {
  await using server = createDevServer();
  await using manager = createDriverManager({
    drivers: [build, deploy],
    ...server.broker,
    console: false,
    handleSignals: false,
  });
  const running = manager.run();
  await manager.ready;
  const client = createClient({ url: "http://localhost", fetch: server.fetch });
  const ship = createPipeline({ name: "ship", steps: [build, deploy], description: "to the edge" });
  await ensureDefinitions(client, {
    definitions: [{ name: ship.resource, schema: { type: "object" } }],
    pipelines: [ship],
  });
  const input = { resource: ship.resource, pipeline: ship.name };
  const good = await runResource(client, { ...input, name: "web", spec: { tag: "1" } }, ship);
  const url: string | undefined = good.success ? good.results.deploy.data.url : undefined;
  expect(url).toBe("https://web:1");

  const bad = await runResource(client, { ...input, name: "bad", spec: { tag: "" } }, {
    steps: ship.steps,
  });
  expect(bad.success ? "" : bad.results.build?.message).toBe("it needs a tag");
  expect(bad.results.deploy).toBe(undefined);
  await manager.stop();
  await running;
});

it("refuses steps that would leave a run waiting", () => {
  const refused = (steps: readonly (typeof build | typeof deploy)[], resource?: string) => () =>
    createPipeline({ name: "ship", steps, resource });
  expect(refused([])).toThrow(
    'cannot create the pipeline "ship" of the steps []: it needs at least one',
  );
  expect(refused([deploy, build])).toThrow("deploy needs the result of build, which has to stand");
  expect(refused([build, build])).toThrow("build comes twice");
  expect(refused([build, deploy], "image")).toThrow(
    "deploy does not reconcile image, only workflow",
  );
});
