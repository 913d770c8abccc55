import { expect, expectTypeOf, it } from "vitest";
import { createDriver, createPipeline, type DriverResult, type PipelineInput } from "../../mod.ts";
import { runResource, type RunResourceOutcome } from "../../src/client/mod.ts";

const build = createDriver({
  name: "build",
  resources: ["workflow"],
  reconcile: () => ({ success: true, data: { image: "web:1" } }),
});
const scan = createDriver({ name: "scan", resources: ["workflow"], reconcile() {} });
const ship = createPipeline({ name: "ship", steps: [build, scan] });

it("the results of a run have the types of the pipeline's drivers", () => {
  const run = () => runResource({} as never, {} as never, { steps: ship.steps });
  type Outcome = Awaited<ReturnType<typeof run>>;
  type Success = Extract<Outcome, { success: true }>["results"];
  type Failure = Extract<Outcome, { success: false }>["results"];
  expectTypeOf<Success["build"]>().toEqualTypeOf<DriverResult<{ image: string }>>();
  expectTypeOf<keyof Success>().toEqualTypeOf<"build" | "scan">();
  expectTypeOf<Failure["build"]>().toEqualTypeOf<DriverResult | undefined>();
  expectTypeOf(ship).toExtend<PipelineInput>();
  expect([...ship.steps]).toEqual(["build", "scan"]);
});

it("are those of any driver where the steps are names", () => {
  const run = () => runResource({} as never, {} as never, { steps: ["build"] });
  expectTypeOf<Awaited<ReturnType<typeof run>>>().toEqualTypeOf<RunResourceOutcome>();
  expectTypeOf<RunResourceOutcome["results"]>().toEqualTypeOf<Record<string, DriverResult>>();
  expect(run).toBeTypeOf("function");
});
