import { describe, expect, it } from "vitest";
import { renderPrometheus } from "../../../src/telemetry/prometheus.ts";
import { openWorld } from "../support/world.ts";

const get = (path: string) => new Request(`http://localhost:9000${path}`);

describe("a manager's handler", () => {
  it("reports healthy from its creation until it is stopped", async () => {
    const world = await openWorld("memory");
    const manager = world.manager({});
    expect((await manager.handler(get("/healthz"))).status).toBe(200);
    await manager.stop();
    const stopped = await manager.handler(get("/healthz"));
    expect(stopped.status).toBe(503);
    expect(await stopped.json()).toEqual({
      status: "stopped",
      reasons: ["the manager has stopped"],
    });
  });

  it("reports ready only while every driver is bound", async () => {
    const world = await openWorld("memory");
    const manager = world.manager({});
    const before = await manager.handler(get("/readyz"));
    expect(before.status).toBe(503);
    expect(await before.json()).toEqual({
      status: "idle",
      reasons: ["there is no connection to NATS", "the manager is idle"],
    });
    const running = manager.run();
    await manager.ready;
    const ready = await manager.handler(get("/readyz"));
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ status: "running", reasons: [] });
    await manager.stop();
    await running;
    expect((await manager.handler(get("/readyz"))).status).toBe(503);
  });

  it("counts in Prometheus' text format, each message once by how it ended", async () => {
    const world = await openWorld("memory");
    const manager = await world.start({
      reconcile: ({ resource }) => ({ success: resource.name === "good" }),
    });
    await world.send({ name: "good" });
    await world.send({ name: "bad" });
    await world.sendRaw("resources.workflow", new TextEncoder().encode("[]"));
    await world.results.first(2);
    await manager.stop();
    const response = await manager.handler(get("/metrics"));
    expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    const lines = (await response.text()).split("\n");
    expect(lines).toContain(`conveyor_driver_deliveries_received_total{driver="deploy"} 3`);
    for (const outcome of ["succeeded", "failed", "poisoned"]) {
      expect(lines).toContain(
        `conveyor_driver_deliveries_ended_total{driver="deploy",outcome="${outcome}"} 1`,
      );
    }
    const metrics = lines.filter((line) => line !== "" && !line.startsWith("#"));
    const wrong = metrics.filter((line) => !/^[a-z_]+(\{[^}]*\})? \d+(\.\d+)?(e-\d+)?$/.test(line));
    expect(wrong).toEqual([]);
  });

  it("responds 404 to other paths", async () => {
    const world = await openWorld("memory");
    const response = await world.manager({}).handler(get("/favicon.ico"));
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: "not found: /favicon.ico" });
  });
});

describe("Prometheus text", () => {
  it("escapes label values", () => {
    const text = renderPrometheus([{
      name: "m",
      help: "A metric.",
      type: "gauge",
      samples: [{ labels: { a: 'x"\\\n' }, value: 1 }],
    }]);
    expect(text).toBe('# HELP m A metric.\n# TYPE m gauge\nm{a="x\\"\\\\\\n"} 1\n');
  });
});
