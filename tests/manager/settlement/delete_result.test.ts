import { expect, it } from "vitest";
import { readRunMetadata } from "../../../src/protocol/run_metadata.ts";
import { ended, openSystem, PIPELINE } from "../staleness/support/system.ts";

const WEB = { name: "web", resource: "workflow", pipeline: PIPELINE, spec: {} };

it.each<[string, unknown]>([
  ["a text", "gone"],
  ["a number", 1],
  ["a list", []],
  ["a date, which is text in JSON", new Date(0)],
  ["an object that says it failed", { success: false }],
  ["an object that says it failed, in another case", { Success: "yes" }],
])(
  "the success of a delete step with %s as data is refused, with what to return",
  async (_, data) => {
    const system = await openSystem();
    await system.start({
      reconcile: ({ event }) => ({ success: true, data: event === "delete" ? data : 1 }),
    });
    const { runId } = await system.client.createResource(WEB);
    await ended(system, "succeeded", runId);
    const deletion = await system.client.deleteResource("web", "workflow");
    const { reason } = await ended(system, "dead-lettered", deletion.runId!);
    expect(reason).toMatch(
      /^cannot delete workflow\/web: the data that build returned for the event "delete" is neither .* or none$/,
    );
    for (let failed = false; !failed;) {
      const resource = await system.client.getResource("web", "workflow");
      failed = readRunMetadata(resource).deletionFailed;
      if (failed) {
        expect(resource.metadata["driverresults"]).toMatchObject({
          build: { success: false, message: reason },
        });
      }
    }
  },
);

it.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["an object", { files: 3 }],
  ["an object that says it succeeded", { success: true }],
])("the success of a delete step with %s as data ends the deletion", async (_, data) => {
  const system = await openSystem();
  await system.start({ reconcile: () => ({ success: true, data }) });
  await ended(system, "succeeded", (await system.client.createResource(WEB)).runId);
  const deletion = await system.client.deleteResource("web", "workflow");
  expect((await ended(system, "succeeded", deletion.runId!)).outcome).toBe("succeeded");
});

it("data of any kind is taken for a deletion without a pipeline, whose result nobody reads", async () => {
  const system = await openSystem();
  await system.start({ reconcile: () => ({ success: true, data: "gone" }) });
  const { pipeline: _, ...direct } = WEB;
  await ended(system, "succeeded", (await system.client.createResource(direct)).runId);
  await system.client.deleteResource("web", "workflow");
  const reported = await system.events.until((events) =>
    events.filter(({ type }) => type === "run-ended").length === 2
  );
  const outcomes = reported.flatMap((event) => event.type === "run-ended" ? [event.outcome] : []);
  expect(outcomes).toEqual(["succeeded", "succeeded"]);
});
