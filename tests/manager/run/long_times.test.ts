import { createDriverManager, type DriverManagerOptions, RetryAfterError } from "@conveyor/driver";
import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

const MONTH_MS = 30 * 86_400_000;

/** A reconcile's own timer, behind which one of a millisecond has fired. */
const moment = () => new Promise((resolve) => setTimeout(resolve, 20));

describe.each(BROKERS)("loss 8, times over 2^31 - 1 ms, on %s:", (kind) => {
  it("a time-out of a month does not fire at once", async () => {
    const world = await openWorld(kind);
    await world.start({
      timeoutMs: MONTH_MS,
      async reconcile({ signal }) {
        await moment();
        return { success: !signal.aborted };
      },
    });
    await world.send();
    expect((await world.results.first(1))[0]?.driverresult.success).toBe(true);
  });

  it("graces of a month do not end at once", async () => {
    const world = await openWorld(kind);
    const started = new Collector<string>();
    const manager = await world.start({
      timeoutMs: 1,
      async reconcile({ signal, shuttingDown, runId }) {
        started.add(runId);
        if (!signal.aborted) {
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        }
        if (!shuttingDown.aborted) {
          await new Promise((resolve) => shuttingDown.addEventListener("abort", resolve));
        }
        await moment();
        throw signal.reason;
      },
    }, { shutdownGraceMs: MONTH_MS, abortGraceMs: MONTH_MS });
    await world.send();
    await started.first(1);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ retried: 1, abandoned: 0 });
  });

  it("a retry after three centuries does not come back at once", async () => {
    const world = await openWorld(kind);
    const ran = new Collector<string>();
    await world.start({
      reconcile({ resource }) {
        ran.add(resource.name);
        if (resource.name === "later") throw new RetryAfterError(1e13);
      },
    });
    await world.send({ name: "later" });
    await world.events.find((event) => event.type === "run-ended");
    // A message that is due again is delivered ahead of new ones.
    await world.send({ name: "probe" });
    await world.results.first(1);
    expect(ran.items).toEqual(["later", "probe"]);
    const consumer = await world.connection.consumerInfo("messages", "deploy");
    expect(consumer?.redelivered).toBe(0);
  });
});

describe("times that cannot be", () => {
  it.each<[Partial<DriverManagerOptions>, string]>([
    [
      { ackWaitMs: 1e13 },
      "ackWaitMs must be a whole number of milliseconds from 1000 to 3153600000000, got 10000000000000",
    ],
    [
      { ackWaitMs: Infinity },
      "ackWaitMs must be a whole number of milliseconds from 1000 to 3153600000000, got Infinity",
    ],
    [
      { journal: { ttlMs: 1e300 } },
      "journal.ttlMs must be a whole number of milliseconds from 1000 to 3153600000000, got 1e+300",
    ],
    [
      { shutdownGraceMs: NaN },
      "shutdownGraceMs must be a number of milliseconds of at least 0, got NaN",
    ],
    [
      { abortGraceMs: -1 },
      "abortGraceMs must be a number of milliseconds of at least 0, got -1",
    ],
    [{ timeoutMs: NaN }, "timeoutMs must be a number of milliseconds above 0, got NaN"],
  ])("%o is refused where the options are read", (options, message) => {
    const driver = { name: "deploy", resources: ["workflow"], reconcile() {} };
    expect(() => createDriverManager({ driver, ...options })).toThrow(message);
  });
});
