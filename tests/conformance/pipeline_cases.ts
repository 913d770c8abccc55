import { expect, test } from "vitest";
import { createType } from "./definition_cases.ts";
import { type Target, textOf } from "./target.ts";

/** Defines the tests of pipelines. A server cannot delete a pipeline, so each test uses a new name. */
export function pipelineCases(target: Target): void {
  const { call, unique, later, differences } = target;
  const steps = [{ id: "1", name: "first", driver: "absent" }];

  test("a pipeline is created, and overwritten by one of the same name", async () => {
    const resource = await createType(target, "pipeline-type");
    const pipeline = {
      name: unique("pipeline"),
      description: "made by the conformance suite",
      version: "1",
      resource,
      steps,
      metadata: { owner: "conformance" },
    };
    for (const version of ["1", "2"]) {
      const response = await call("POST", "/pipelines/", { ...pipeline, version });
      expect(response.status, textOf(response)).toBe(201);
      expect(response.body).toMatchObject({ ...pipeline, version });
    }
  });

  test("a pipeline of an unknown resource type is refused", async () => {
    const pipeline = { name: unique("typeless"), resource: unique("none"), steps };
    const response = await call("POST", "/pipelines/", pipeline);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(textOf(response)).toContain("not found");
    differences.compare("status for a pipeline of an unknown type", 500, response.status);
  });

  test("a resource with a pipeline of another type is refused", async () => {
    const [mine, other] = [await createType(target, "mine"), await createType(target, "other")];
    const pipeline = unique("other-pipeline");
    await call("POST", "/pipelines/", { name: pipeline, resource: other, steps });
    const name = unique("mismatched");
    later(() => call("DELETE", `/resources/${mine}/${name}`));
    const resource = { name, resource: mine, pipeline, spec: { image: "alpine" } };
    expect((await call("POST", "/resources/", resource)).status).toBe(400);
  });

  test("reading, updating and deleting a pipeline", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const path = `/pipelines/${unique("pipeline")}`;
      const { status } = await call(method, path, method === "PUT" ? { steps } : undefined);
      differences.compare(
        `${method} of a pipeline is not routed`,
        true,
        status === 404 || status === 405,
      );
    }
  });
}
