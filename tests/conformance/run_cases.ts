import { expect, test } from "vitest";
import { type WireDriver, wireDriver } from "../support/wire_driver.ts";
import { readResults } from "../../src/protocol/result.ts";
import type { Resource } from "../../src/protocol/resources/resource.ts";
import { createType } from "./definition_cases.ts";
import { type Target, textOf } from "./target.ts";

interface WireResource {
  metadata: Resource["metadata"];
}

/** Defines the tests of runs, with drivers that speak the wire over NATS. */
export function runCases(target: Target): void {
  const { call, unique, later, differences, connection, generation, resourcePath, since } = target;

  /** Binds drivers of unique names, whose consumers are deleted at the end. */
  async function drivers(type: string, ...names: string[]): Promise<[string, WireDriver][]> {
    return await Promise.all(names.map(async (what): Promise<[string, WireDriver]> => {
      const name = unique(what);
      later(() => connection.deleteConsumer("messages", name));
      return [name, await wireDriver(connection, name, [type], since("v2") ? "v2" : "v1")];
    }));
  }

  async function create(resource: { name: string; resource: string; pipeline?: string }) {
    const path = resourcePath(resource.resource, resource.name);
    later(() => call("DELETE", path));
    const response = await call("POST", "/resources/", { ...resource, spec: { image: "alpine" } });
    expect(response.status, textOf(response)).toBe(201);
    return { path, runId: (response.body as { runid: string }).runid };
  }

  async function pipeline(what: string, resource: string, drivers: string[]): Promise<string> {
    const name = unique(what);
    const steps = drivers.map((driver, index) => ({
      id: `${index}`,
      name: `step ${index}`,
      driver,
    }));
    expect((await call("POST", "/pipelines/", { name, resource, steps })).status).toBe(201);
    return name;
  }

  test("an update of a resource", async () => {
    const type = await createType(target, "updated");
    const [[, driver]] = await drivers(type, "updated-one") as [[string, WireDriver]];
    const first = { name: unique("updated-run"), resource: type };
    const { path } = await create(first);
    (await driver.next()).delivery.ack();
    await call("PUT", path, { ...first, spec: { image: "debian" } });
    const after = unique("after-run");
    await create({ name: after, resource: type });
    const next = await driver.next();
    next.delivery.ack();
    const [event, name] = generation === "v3"
      ? ["update", unique("updated-run")]
      : ["create", after];
    differences.compare("what follows an update", { event, name }, {
      event: next.event,
      name: next.resource.name,
    });
  });

  if (!since("v2")) return;

  test("a resource without a pipeline is published to every driver of its type", async () => {
    const type = await createType(target, "plain");
    const bound = await drivers(type, "plain-one", "plain-two");
    const { path, runId } = await create({ name: unique("plain-run"), resource: type });
    for (const [, driver] of bound) {
      const event = await driver.next();
      event.delivery.ack();
      expect(event.subject).toBe(`resources.${type}`);
      expect(event).toMatchObject({ event: "create", runId });
      expect(event.rawResource).toMatchObject({ resource: type, spec: { image: "alpine" } });
      const wire = JSON.parse(new TextDecoder().decode(event.delivery.data));
      differences.compare(
        "fields of a driver message",
        ["event", "id", "payload", "run_id"],
        Object.keys(wire).sort(),
      );
      differences.compare("the payload is text", "string", typeof wire.payload);
      differences.compare("an event's id is 24 hex digits", true, /^[0-9a-f]{24}$/.test(event.id));
    }
    expect((await call("GET", path)).status).toBe(200);
  });

  test("a pipeline publishes the resource to each step, with the results so far", async () => {
    const type = await createType(target, "piped");
    const bound = await drivers(type, "one", "two", "three");
    const names = bound.map(([name]) => name);
    const { path, runId } = await create({
      name: unique("piped-run"),
      resource: type,
      pipeline: await pipeline("steps", type, names),
    });
    const results = names.map((driver, index) => ({
      success: true,
      message: `step ${index} done`,
      data: { index, list: [1, "two", null] },
      driver,
    }));
    for (const [index, [name, driver]] of bound.entries()) {
      const event = await driver.next();
      expect(event.subject).toBe(`drivers.${name}.resources.${type}`);
      expect(event.runId).toBe(runId);
      const later = generation === "v3" ? "create" : "process";
      differences.compare("events of the steps", index === 0 ? "create" : later, event.event);
      const kept = readResults(event.resource);
      for (const { driver, ...result } of results.slice(0, index)) {
        expect(kept[driver]).toEqual(result);
      }
      await driver.report(event, results[index]!);
    }
    const outcome = async () => readResults(await read(path))[names[2]!];
    await expect.poll(outcome, { timeout: 10_000 }).toBeDefined();
    const { driver: _, ...last } = results[2]!;
    expect(await outcome()).toEqual(last);
    const { metadata } = await read(path);
    expect(metadata["version"]).toBe("1");
    const run = [
      "driverresults",
      ...["event", "run", "step"].map((key) => `current_pipeline_${key}`),
    ];
    const stored = generation === "v3" ? run : names.map((name) => `driverresults.${name}`);
    differences.compare(
      "metadata after a run",
      ["version", ...stored].sort(),
      Object.keys(metadata).sort(),
    );
  });

  test("a failed step stops its run", async () => {
    const type = await createType(target, "failing");
    const [[one, first], [two, second]] = await drivers(type, "fails", "follows") as Pair;
    const steps = await pipeline("failing-steps", type, [one, two]);
    const failing = await create({ name: unique("failing-run"), resource: type, pipeline: steps });
    await first.report(await first.next(), { success: false, message: "it broke" });
    await create({ name: unique("passing-run"), resource: type, pipeline: steps });
    await first.report(await first.next(), { success: true, message: "done" });
    const next = await second.next();
    next.delivery.ack();
    expect(next.resource.name).toBe(unique("passing-run"));
    expect(readResults(await read(failing.path))[one]).toMatchObject({
      success: false,
      message: "it broke",
    });
  });

  test("a result published twice", async () => {
    const type = await createType(target, "repeated");
    const [[one, first], [two, second]] = await drivers(type, "repeats", "counts") as Pair;
    const steps = await pipeline("repeated-steps", type, [one, two]);
    await create({ name: unique("repeated-run"), resource: type, pipeline: steps });
    const event = await first.next();
    await first.report(event, { success: true, message: "once" });
    await first.report(event, { success: true, message: "twice" });
    await create({ name: unique("last-run"), resource: type, pipeline: steps });
    await first.report(await first.next(), { success: true, message: "done" });
    let repeats = -1;
    for (let name = ""; name !== unique("last-run"); repeats += 1) {
      const next = await second.next();
      next.delivery.ack();
      name = next.resource.name;
    }
    const starts = generation === "v3" ? 1 : 2;
    differences.compare("starts of the next step after a result published twice", starts, repeats);
  });

  async function read(path: string): Promise<WireResource> {
    return (await call("GET", path)).body as WireResource;
  }
}

type Pair = [[string, WireDriver], [string, WireDriver]];
