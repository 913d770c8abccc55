import { describe, expect, it } from "vitest";
import { canBeSuperseded, whySuperseded } from "../../../src/manager/staleness/why_superseded.ts";
import type { JsonValue } from "../../../src/encoding/json.ts";
import type { Resource } from "../../../src/protocol/resources/resource.ts";

const RUN = "run-1";

function resource(
  metadata: Record<string, JsonValue> = {},
  changes: Partial<Resource> = {},
): Resource {
  const base = { id: "id-1", name: "web", resource: "workflow", pipeline: "ship", spec: {} };
  return { ...base, metadata: { version: "1", ...metadata }, ...changes };
}

/** Without its pipeline. */
function direct(metadata: Record<string, JsonValue> = {}): Resource {
  const { pipeline: _, ...rest } = resource(metadata);
  return rest;
}

const DELETION = { deleting: true, deletion_runid: RUN };

describe("an event is wanted", () => {
  it.each<[string, string, Resource, Resource | undefined]>([
    ["on servers that say nothing of runs", "create", resource(), resource()],
    [
      "when its run is the current one",
      "update",
      resource(),
      resource({ current_pipeline_run: RUN }),
    ],
    [
      "without a pipeline, when the resource had one before",
      "update",
      direct(),
      direct({ current_pipeline_run: "run-0" }),
    ],
    ["by the deletion's own run", "delete", resource(DELETION), resource(DELETION)],
    ["when it is the deletion of what is removed first", "delete", direct(), undefined],
    ["when it is a deletion before the removal came last", "delete", resource(), undefined],
    ["when it has no id to compare", "create", resource({}, { id: "" }), resource()],
  ])("%s", (_, event, own, stored) => {
    expect(whySuperseded({ event, runId: RUN, resource: own }, stored)).toBeUndefined();
  });
});

describe("an event is not wanted", () => {
  it.each<[string, string, Resource, Resource | undefined, string]>([
    ["when its resource is gone", "create", resource(), undefined, "the resource is deleted"],
    [
      "when its deletion is over",
      "delete",
      resource(DELETION),
      undefined,
      "the resource is deleted",
    ],
    [
      "when its resource is another one",
      "create",
      resource(),
      resource({}, { id: "id-2" }),
      "the resource was deleted and created again",
    ],
    [
      "when a run deletes its resource",
      "update",
      resource(),
      resource({ deleting: true, deletion_runid: "run-2" }),
      "run run-2 deletes the resource",
    ],
    [
      "when another deletion has taken the place of this one",
      "delete",
      resource(DELETION),
      resource({ deleting: true, deletion_runid: "run-2", deletion_failed: true }),
      "run run-2 deletes the resource",
    ],
    [
      "when its resource is being deleted, by a run without a name",
      "create",
      resource(),
      resource({ deleting: true }),
      "the resource is being deleted",
    ],
    [
      "when another run has started",
      "create",
      resource(),
      resource({ current_pipeline_run: "run-2" }),
      "run run-2 has taken the place of this one",
    ],
  ])("%s", (_, event, own, stored, why) => {
    expect(whySuperseded({ event, runId: RUN, resource: own }, stored)).toBe(why);
  });
});

it("says nothing of events that were published by hand under a name of their own", () => {
  expect(
    ["create", "update", "delete", "process", "rollback"].map((event) =>
      canBeSuperseded({ event })
    ),
  ).toEqual([true, true, true, true, false]);
});
