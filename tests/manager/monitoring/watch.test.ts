import { createClient, createDriver, type ManagerEvent } from "@conveyor/driver";
import { createDevServer } from "@conveyor/driver/dev";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { watch, type Watched } from "../../../src/manager/monitoring/watch.ts";
import { Collector } from "../support/collector.ts";

const driver = createDriver({ name: "deploy", resources: ["workflow", "site"], reconcile() {} });

type Warning = Extract<ManagerEvent, { type: "warning" }>;

/** Starts a watch that ends with the test. */
function watched(options: Partial<Watched>): Collector<Warning> {
  const warnings = new Collector<Warning>();
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  watch({
    options: { drivers: [driver] },
    client: undefined,
    protocol: "v2",
    received: () => 0,
    emit: (event) => warnings.add(event as Warning),
    signal: ended.signal,
    ...options,
  });
  return warnings;
}

describe("an idle manager", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("says that nothing has arrived, ever more rarely", async () => {
    const warnings = watched({});
    const counts: number[] = [];
    for (const ms of [59_999, 1, 599_999, 1, 3_600_000, 3_600_000]) {
      await vi.advanceTimersByTimeAsync(ms);
      counts.push(warnings.items.length);
    }
    expect(counts).toEqual([0, 1, 1, 2, 3, 4]);
    expect(warnings.items[0]).toMatchObject({ code: "idle" });
    expect(warnings.items[0]!.message).toContain(
      "for 1 min on resources.workflow, resources.site, drivers.deploy.resources.workflow",
    );
    expect(warnings.items[2]!.message).toContain("for 71 min on");
  });

  it("says nothing once something has", async () => {
    const warnings = watched({ received: () => 1 });
    await vi.advanceTimersByTimeAsync(10_000_000);
    expect(warnings.items).toEqual([]);
  });
});

describe("a resource type without a definition", () => {
  it("is warned of, where the server's address was given", async () => {
    await using server = createDevServer();
    const { url } = await server.listen();
    const client = createClient({ url });
    await client.createResourceDefinition({
      name: "workflow",
      description: "",
      version: "1.0.0",
      schema: { type: "object" },
    });
    const warnings = watched({ client: () => client });
    const { code, message } = await warnings.find(() => true);
    expect(code).toBe("no-definition");
    expect(message).toContain(`the server at ${url} has no definition of the resource type site`);
    expect(warnings.items).toHaveLength(1);
  });
});
