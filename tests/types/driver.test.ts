import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { createDriver, type Driver, type DriverResult } from "../../mod.ts";

const build = createDriver({
  name: "build",
  resources: ["workflow"],
  reconcile: () => ({ success: true, data: { image: "web:1" } }),
});
const scan = createDriver({
  name: "scan",
  resources: ["workflow"],
  async reconcile({ signal }) {
    await Promise.resolve();
    if (signal.aborted) return { success: false, message: "stopped" };
    return { success: true, data: [1, 2] };
  },
});

describe("the types of results", () => {
  it("are those that the earlier drivers return", () => {
    const deploy = createDriver({
      name: "deploy",
      resources: ["workflow"],
      after: [build, scan],
      spec: z.object({ region: z.string() }),
      reconcile({ resource, results }) {
        expectTypeOf(resource.spec.region).toEqualTypeOf<string>();
        expectTypeOf(results.build).toEqualTypeOf<DriverResult<{ image: string }>>();
        expectTypeOf(results.scan.data).toEqualTypeOf<number[]>();
        // @ts-expect-error There is no such step.
        void results.other;
        return { success: true, data: { url: results.build.data.image } };
      },
    });
    expectTypeOf(deploy.name).toEqualTypeOf<"deploy">();
    expect(deploy.after).toEqual([build, scan]);
    const all: readonly Driver[] = [build, scan, deploy];
    expect(all.length).toBe(3);
  });

  it("need no type argument of a promise that is returned", async () => {
    const waiting = createDriver({
      name: "wait",
      resources: ["workflow"],
      reconcile: () => new Promise((resolve) => resolve({ success: true })),
    });
    expectTypeOf(waiting).toEqualTypeOf<Driver<unknown, "wait">>();
    expect(await waiting.reconcile({} as never)).toEqual({ success: true });
  });

  it("are unknown where the earlier drivers are", () => {
    createDriver<{ region: string }>({
      name: "deploy",
      resources: ["workflow"],
      reconcile({ resource, results }) {
        expectTypeOf(resource.spec.region).toEqualTypeOf<string>();
        expectTypeOf(results["build"]).toEqualTypeOf<DriverResult | undefined>();
      },
    });
    expectTypeOf<ReturnType<typeof createDriver>>().toEqualTypeOf<Driver>();
  });
});
