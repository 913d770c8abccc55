import { describe, expect, it } from "vitest";
import { createDriver, type DriverDefinition } from "../../mod.ts";
import { createDevServer } from "../../src/dev/mod.ts";
import { createPipelineTest } from "../../src/testing/mod.ts";

const driverOf = (name: string, reconcile: DriverDefinition["reconcile"]) =>
  createDriver({ name, resources: ["workflow"], reconcile });

const build = driverOf("build", ({ resource, logger }) => {
  logger.info(`building ${resource.name}`);
  return { success: true, data: { image: resource.name } };
});
const deploy = driverOf("deploy", ({ results, logger }) => {
  logger.info("deploying");
  return { success: true, data: results["build"]?.data };
});

describe("a pipeline under test", () => {
  it("runs on the embedded server, as often as wanted", async () => {
    await using pipeline = await createPipelineTest(createDevServer(), {
      drivers: [build, deploy],
    });
    for (const name of ["web", "api"]) {
      const report = await pipeline.run({ name });
      expect(report).toMatchObject({ success: true, messages: [`building ${name}`, "deploying"] });
      expect(report.results["deploy"]?.data).toEqual({ image: name });
    }
    expect(pipeline.manager.stats().drivers["deploy"]?.succeeded).toBe(2);
  });

  it("reports the step that failed", async () => {
    const failing = driverOf("deploy", () => ({ success: false, message: "no capacity" }));
    await using pipeline = await createPipelineTest(createDevServer(), {
      drivers: [build, failing],
    });
    expect(await pipeline.run()).toMatchObject({
      success: false,
      failedDriver: "deploy",
      results: { deploy: { message: "no capacity" } },
    });
  });

  it("validates the spec as the server does", async () => {
    await using pipeline = await createPipelineTest(createDevServer(), {
      drivers: [build],
      schema: { type: "object", required: ["region"] },
    });
    await expect(pipeline.run({ spec: {} })).rejects.toMatchObject({ name: "ValidationError" });
    expect(await pipeline.run({ spec: { region: "eu" } })).toMatchObject({ success: true });
  });

  it("ends with its server", async () => {
    const server = createDevServer();
    const pipeline = await createPipelineTest(server, { drivers: [build] });
    await pipeline[Symbol.asyncDispose]();
    await pipeline[Symbol.asyncDispose]();
    expect(pipeline.manager.state).toBe("stopped");
    await expect(server.fetch("http://conveyor.test/health")).rejects.toMatchObject({
      code: "connection",
    });
  });

  it("needs a driver", async () => {
    await expect(createPipelineTest(createDevServer(), { drivers: [] as never })).rejects
      .toMatchObject({ field: "drivers" });
  });
});
