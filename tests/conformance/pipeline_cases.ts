import { expect, test } from "vitest";
import { makeType } from "./definition_cases.ts";
import { type Target, textOf } from "./target.ts";

/** Pipelines. A server has no call to remove one, so each has a name of its own. */
export function pipelineCases(target: Target): void {
  const { call, unique, later, differences } = target;
  const steps = [{ id: "1", name: "first", driver: "nobody" }];

  test("a pipeline is created, and created again over itself", async () => {
    const resource = await makeType(target, "pipeline-type");
    const pipeline = {
      name: unique("pipeline"),
      description: "made by the conformance suite",
      version: "1",
      resource,
      steps,
      metadata: { owner: "conformance" },
    };
    for (const version of ["1", "2"]) {
      const answer = await call("POST", "/pipelines/", { ...pipeline, version });
      expect(answer.status, textOf(answer)).toBe(201);
      expect(answer.body).toMatchObject({ ...pipeline, version });
    }
  });

  test("a pipeline of an unknown resource type is refused", async () => {
    const pipeline = { name: unique("typeless"), resource: unique("none"), steps };
    const answer = await call("POST", "/pipelines/", pipeline);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(textOf(answer)).toContain("not found");
    differences.compare("status for a pipeline of an unknown type", 500, answer.status);
  });

  test("a resource may not name a pipeline of another type", async () => {
    const [mine, other] = [await makeType(target, "mine"), await makeType(target, "other")];
    const pipeline = unique("other-pipeline");
    await call("POST", "/pipelines/", { name: pipeline, resource: other, steps });
    const name = unique("mismatched");
    later(() => call("DELETE", `/resources/${mine}/${name}`));
    const resource = { name, resource: mine, pipeline, spec: { image: "alpine" } };
    expect((await call("POST", "/resources/", resource)).status).toBe(400);
  });

  test("reading, changing and removing a pipeline", async () => {
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
