import { expect, it } from "vitest";
import { RunFollower } from "../../../src/client/helpers/run_progress.ts";
import type { Resource } from "../../../src/protocol/resources/resource.ts";

const STEPS = [
  { id: "1", driver: "build" },
  { id: "2", driver: "check" },
  { id: "3", driver: "build" },
];
const DONE = { success: true, message: "done", data: null };

/** The resource while a run is at a step, with results so far. */
function at(step: string, driverresults: object, more: Resource["metadata"] = {}): Resource {
  const metadata = {
    version: "1",
    current_pipeline_run: "r1",
    current_pipeline_event: "create",
    current_pipeline_step: step,
    driverresults: driverresults as Resource["metadata"],
    ...more,
  };
  return { id: "i", name: "web", resource: "workflow", pipeline: "ship", spec: {}, metadata };
}

const follower = (runId?: string, steps = STEPS) => new RunFollower({ runId, version: "1", steps });

it("waits for each step in turn, also for the second one of the same driver", () => {
  const run = follower("r1");
  expect(run.look(at("1", {}))).toEqual({ waitsFor: "build" });
  expect(run.look(at("2", { build: DONE }))).toEqual({ waitsFor: "check" });
  expect(run.look(at("3", { build: DONE, check: DONE }))).toEqual({ waitsFor: "build" });
  const again = { ...DONE, message: "again" };
  expect(run.look(at("3", { build: again, check: DONE }))).toMatchObject({
    outcome: { success: true, failedDriver: undefined, results: { build: again, check: DONE } },
  });
});

it("ends with the step that has failed", () => {
  const failure = { ...DONE, success: false };
  expect(follower("r1").look(at("2", { build: DONE, check: failure }))).toMatchObject({
    outcome: { success: false, failedDriver: "check" },
  });
});

it("is superseded by a later run, also by one that was already there when another was expected", () => {
  const run = follower("r1");
  run.look(at("1", {}));
  expect(run.look(at("1", {}, { current_pipeline_run: "r2" }))).toEqual({
    supersededBy: "run r2",
  });
  expect(follower("r1").look(at("1", {}, { version: "2" }))).toEqual({
    supersededBy: "version 2 of the resource",
  });
});

it("waits for a run that the engine has not come to yet", () => {
  const run = follower("r2");
  expect(run.look(at("3", { build: DONE, check: DONE }))).toEqual({ waitsFor: "build" });
  expect(run.look(at("1", {}, { current_pipeline_run: "r2" }))).toEqual({ waitsFor: "build" });
});

it("is superseded by a deletion", () => {
  const deleting = { deleting: true, deletion_runid: "r9" };
  expect(follower("r1").look(at("1", {}, deleting))).toEqual({
    supersededBy: "run r9, which deletes the resource",
  });
  const metadata = { ...deleting, current_pipeline_run: "r9" };
  expect(follower("r9").look(at("1", {}, metadata))).toEqual({ waitsFor: "build" });
});

it("takes the run that it finds where none is named, and goes by the version on older servers", () => {
  const run = follower();
  run.look(at("1", {}));
  expect(run.look(at("1", {}, { current_pipeline_run: "r2" }))).toHaveProperty("supersededBy");
  const older = {
    id: "i",
    name: "web",
    resource: "workflow",
    spec: {},
    metadata: { version: "1" },
  };
  expect(follower("r1").look(older)).toEqual({ waitsFor: "build" });
});
