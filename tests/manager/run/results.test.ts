import { describe, expect, it } from "vitest";
import { ended, openSystem, PIPELINE } from "../staleness/support/system.ts";
import { openWorld } from "../support/world.ts";

const WEB = { name: "web", resource: "workflow", pipeline: PIPELINE, spec: {} };

describe("the results of earlier steps", () => {
  it("are those of this run, also for a driver that comes twice, and in the run of an update", async () => {
    const system = await openSystem(["build", "test", "build"]);
    const seen: unknown[] = [];
    const reconcile = (context: { driverName: string; event: string; results: object }) => {
      const { driverName, event, results } = context;
      seen.push([driverName, event, Object.keys(results).sort()]);
      return { success: true };
    };
    await system.start({ reconcile });
    await system.start({ name: "test", reconcile });
    const untilRuns = (count: number) =>
      system.events.until((events) =>
        events.filter(({ type }) => type === "run-ended").length === count
      );
    await system.client.createResource(WEB);
    await untilRuns(3);
    await system.client.updateResource(WEB);
    await untilRuns(6);
    expect(seen).toEqual(["create", "update"].flatMap((event) => [
      ["build", event, []],
      ["test", event, ["build"]],
      ["build", event, ["build", "test"]],
    ]));
  });

  it("are none for an event without a pipeline, whose resource has those of a pipeline that it left", async () => {
    const system = await openSystem();
    const seen: string[][] = [];
    await system.start({ reconcile: ({ results }) => void seen.push(Object.keys(results)) });
    await ended(system, "succeeded", (await system.client.createResource(WEB)).runId);
    const { runId } = await system.client.updateResource({ ...WEB, pipeline: null });
    await ended(system, "succeeded", runId!);
    expect((await system.client.getResource("web", "workflow")).metadata)
      .toHaveProperty("driverresults.build");
    expect(seen).toEqual([[], []]);
  });

  it.each([
    ["create", ["build"]],
    ["process", ["build"]],
    ["update", []],
    ["delete", []],
  ])("of a server that says not whose they are, for the event %s", async (event, drivers) => {
    const world = await openWorld("memory");
    const seen: string[][] = [];
    await world.start({ reconcile: ({ results }) => void seen.push(Object.keys(results)) });
    const metadata = { "driverresults.build": `{"success":true,"message":"","data":null}` };
    await world.send({ event, metadata, pipeline: "ship" });
    await world.results.first(1);
    expect(seen).toEqual([drivers]);
  });
});

it("a result has the event and the resource of its message as they came", async () => {
  const world = await openWorld("memory");
  await world.start({});
  const metadata = { current_pipeline_step: "s1", odd: { nested: [1, null, true] } };
  const runId = await world.send({
    event: "update",
    metadata: metadata as never,
    pipeline: "ship",
  });
  const [result] = await world.results.first(1);
  expect(result).toMatchObject({
    event: "update",
    run_id: runId,
    resource: { name: "site", resource: "workflow", pipeline: "ship", metadata },
  });
});
