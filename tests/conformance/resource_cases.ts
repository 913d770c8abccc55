import { expect, test } from "vitest";
import { createType } from "./definition_cases.ts";
import { type Target, textOf } from "./target.ts";

interface WireResource {
  id: string;
  metadata: Record<string, unknown>;
}

/** Defines the tests of resources and their versions. */
export function resourceCases(target: Target): void {
  const { call, unique, later, differences, generation, resourcePath, since } = target;

  async function create(what: string) {
    const type = await createType(target, `${what}-type`);
    const name = unique(what);
    const path = resourcePath(type, name);
    later(() => call("DELETE", path));
    const resource = { name, resource: type, spec: { image: "alpine" } };
    const created = await call("POST", "/resources/", {
      ...resource,
      id: "of-the-client",
      metadata: { version: "7", mine: "kept?" },
    });
    expect(created.status, textOf(created)).toBe(201);
    return { type, name, path, resource, created };
  }

  async function absent(what: string, path: string, status: number) {
    const response = await call("GET", path);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(textOf(response)).toContain("not found");
    differences.compare(`status for an absent ${what}`, status, response.status);
  }

  test("an existing name is refused with the reason", async () => {
    const { resource } = await create("taken-resource");
    const again = await call("POST", "/resources/", resource);
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect(textOf(again)).toContain("already exists");
    differences.compare("status for a resource that exists", 500, again.status);
  });

  test("an invalid resource is refused with the reason", async () => {
    const type = await createType(target, "refusing");
    const valid = { name: unique("refused"), resource: type, spec: { image: "alpine" } };
    later(() => call("DELETE", resourcePath(type, valid.name)));
    const invalid = await call("POST", "/resources/", { ...valid, spec: { image: 1 } });
    expect(invalid.status).toBe(400);
    expect(textOf(invalid)).toContain("image");
    expect((await call("POST", "/resources/", { ...valid, spec: {} })).status).toBe(400);
    expect((await call("POST", "/resources/", { ...valid, resource: undefined })).status).toBe(400);
    for (const [what, key] of [["type", "resource"], ["pipeline", "pipeline"]] as const) {
      if (key === "pipeline" && !since("v2")) continue;
      const response = await call("POST", "/resources/", { ...valid, [key]: unique("none") });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(textOf(response)).toContain("not found");
      differences.compare(`status for an unknown ${what}`, 500, response.status);
    }
    const read = await call("GET", resourcePath(type, valid.name));
    expect(read.status).toBeGreaterThanOrEqual(400);
    expect((await call("POST", "/resources/", valid)).status).toBe(201);
  });

  test("an absent resource is not found", async () => {
    const { type } = await create("present");
    await absent("resource", resourcePath(type, unique("absent")), generation === "v3" ? 404 : 500);
  });

  test("a schema is read as draft 2020-12, and a format is asserted", async () => {
    const name = unique("draft");
    later(() => call("DELETE", `/resource-definitions/${name}`));
    const schema = {
      properties: {
        pair: { prefixItems: [{ type: "string" }], items: false },
        day: { type: "string", format: "date" },
      },
    };
    await call("POST", "/resource-definitions/", { name, schema });
    const status = async (what: string, spec: unknown) => {
      later(() => call("DELETE", resourcePath(name, what)));
      return (await call("POST", "/resources/", { name: what, resource: name, spec })).status;
    };
    expect(await status("fits", { pair: ["a"] })).toBe(201);
    differences.compare("prefixItems is applied", 400, await status("long", { pair: ["a", "b"] }));
    differences.compare("format is asserted", 400, await status("day", { day: "tomorrow" }));
  });

  test("the list of resources", async () => {
    differences.compare(
      "status for GET /resources/",
      400,
      (await call("GET", "/resources/")).status,
    );
  });

  if (!since("v2")) return;

  test("a resource is created and read back; the server sets id and metadata", async () => {
    const { name, path, resource, created } = await create("created");
    expect(created.body).toMatchObject({
      name,
      runid: expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
      message: expect.any(String),
      version: "1",
    });
    const read = await call("GET", path);
    expect(read.status).toBe(200);
    expect(read.body).toMatchObject({ ...resource, metadata: { version: "1" } });
    const { id, metadata } = read.body as WireResource;
    expect(id).not.toBe("of-the-client");
    expect(metadata).not.toHaveProperty("mine");
    differences.compare("metadata of a new resource", { version: "1" }, metadata);
  });

  test("an update adds a version; every version stays readable, also after a deletion", async () => {
    const { path, resource } = await create("versions");
    const { id } = (await call("GET", path)).body as WireResource;
    const changed = { ...resource, spec: { image: "debian" } };
    const update = await call("PUT", path, changed);
    expect(update.status).toBe(200);
    expect(update.body).toMatchObject({ ...changed, id, metadata: { version: "2" } });
    expect((await call("GET", path)).body).toMatchObject({
      ...changed,
      metadata: { version: "2" },
    });
    const first = { ...resource, metadata: { version: "1" } };
    expect((await call("GET", `${path}/1`)).body).toMatchObject(first);
    expect((await call("GET", `${path}/2`)).body).toMatchObject(changed);
    const deletion = await call("DELETE", path);
    expect(deletion).toMatchObject({ status: 204, body: "" });
    const after = await call("GET", path);
    expect(after.status).toBeGreaterThanOrEqual(400);
    expect(textOf(after)).toContain("not found");
    const old = await call("GET", `${path}/1`);
    differences.compare("an old version after the deletion", 200, old.status);
    const again = await call("DELETE", path);
    const expected = generation === "v3" ? 404 : 204;
    differences.compare("status for deleting an absent resource", expected, again.status);
  });

  test("an absent version is not found", async () => {
    const { path } = await create("versioned");
    await absent("version", `${path}/99`, 500);
  });
}
