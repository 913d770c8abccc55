import { expect, test } from "vitest";
import { type Target, textOf } from "./target.ts";

const SCHEMA = {
  type: "object",
  properties: { image: { type: "string" } },
  required: ["image"],
};

/** Creates a resource type, which is deleted at the end. */
export async function createType({ call, unique, later }: Target, what: string): Promise<string> {
  const name = unique(what);
  later(() => call("DELETE", `/resource-definitions/${name}`));
  const response = await call("POST", "/resource-definitions/", {
    name,
    description: "made by the conformance suite",
    version: "1.0.0",
    schema: SCHEMA,
  });
  expect(response.status, textOf(response)).toBe(201);
  return name;
}

/** Defines the tests of resource definitions. */
export function definitionCases(target: Target): void {
  const { call, unique, later, differences } = target;

  test("a definition is created, read, updated and deleted", async () => {
    const name = await createType(target, "lifecycle");
    const path = `/resource-definitions/${name}`;
    const read = await call("GET", path);
    expect(read.status).toBe(200);
    expect(read.body).toMatchObject({ id: expect.stringMatching(/.+/), name, schema: SCHEMA });
    const changed = { name, description: "changed", version: "1.1.0", schema: { type: "object" } };
    const update = await call("PUT", path, changed);
    expect(update.status).toBe(200);
    expect(update.body).toMatchObject(changed);
    expect((await call("GET", path)).body).toMatchObject(changed);
    const deletion = await call("DELETE", path);
    expect(deletion).toMatchObject({ status: 204, body: "" });
    expect((await call("GET", path)).status).toBeGreaterThanOrEqual(400);
  });

  test("an existing name is refused with the reason", async () => {
    const name = await createType(target, "taken");
    const again = await call("POST", "/resource-definitions/", { name, schema: {} });
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect(textOf(again)).toContain("already exists");
    differences.compare("status for a definition that exists", 500, again.status);
  });

  test("apply creates, then updates by name", async () => {
    const name = unique("applied");
    later(() => call("DELETE", `/resource-definitions/${name}`));
    for (const version of ["1", "2"]) {
      const definition = { name, description: "", version, schema: SCHEMA };
      const response = await call("POST", "/resource-definitions/apply", definition);
      expect(response.status).toBe(201);
      const { body } = await call("GET", `/resource-definitions/${name}`);
      expect(body).toMatchObject(definition);
      const { id } = body as { id: string };
      differences.compare(`stored id of an applied definition, version ${version}`, "", id);
    }
    const nameless = await call("POST", "/resource-definitions/apply", { schema: {} });
    expect(nameless.status).toBe(400);
  });

  test("an absent definition is not found", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const path = `/resource-definitions/${unique("absent")}`;
      const response = await call(method, path, method === "PUT" ? { name: "absent" } : undefined);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(textOf(response)).toContain("not found");
      differences.compare(`status for ${method} of an absent definition`, 500, response.status);
    }
  });

  test("a body that is not JSON is refused", async () => {
    expect((await call("POST", "/resource-definitions/", "{")).status).toBe(400);
  });
}
