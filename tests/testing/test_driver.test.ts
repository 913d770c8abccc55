import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  createDriver,
  type DriverDefinition,
  NonRetryableError,
  RetryAfterError,
} from "../../mod.ts";
import { testDriver } from "../../src/testing/mod.ts";

/** A driver that does this. */
const driverOf = <Spec = unknown>(
  reconcile: DriverDefinition<Spec>["reconcile"],
  more: Partial<DriverDefinition<Spec>> = {},
) => createDriver<Spec>({ name: "deploy", resources: ["workflow"], reconcile, ...more });

/** Rejects with the reason of the signal when it aborts. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );

describe("testDriver", () => {
  it("reports the result, the lines, the events and the settlement", async () => {
    const driver = driverOf<{ region: string }>(async ({ resource, logger, emit, ...context }) => {
      logger.info(`to ${resource.spec.region}`, { step: "one" });
      logger.child({ step: "two" }).warn("slow");
      logger.mask("s3cr3t-t0ken");
      await emit("started", { at: resource.name, token: "s3cr3t-t0ken" });
      return {
        success: true,
        message: "deployed with s3cr3t-t0ken",
        data: [context.results["build"]?.data, context.attempt, context.event],
      };
    });
    const report = await testDriver(driver, {
      name: "web",
      spec: { region: "eu" },
      event: "update",
      results: { build: { data: { digest: "abc" } } },
    });
    expect(report).toMatchObject({
      result: {
        success: true,
        message: "deployed with ***",
        data: [{ digest: "abc" }, 1, "update"],
      },
      outcome: "succeeded",
      attempt: 1,
      settled: "ack",
      retryInMs: undefined,
      messages: ["to eu", "slow"],
      lines: [
        { level: "info", message: "to eu", labels: { step: "one" } },
        { level: "warn", message: "slow", labels: { step: "two" } },
      ],
      events: [{ name: "started", data: { at: "web", token: "***" } }],
    });
  });

  it("reports a failure that is not tried again", async () => {
    const report = await testDriver(driverOf(() => ({ success: false, message: "no such image" })));
    expect(report).toMatchObject({
      result: { success: false, message: "no such image", data: null },
      outcome: "failed",
      settled: "ack",
    });
  });

  it("reports when what has thrown is tried again", async () => {
    const failing = driverOf(() => {
      throw new Error("no network");
    });
    expect(await testDriver(failing)).toMatchObject({
      result: undefined,
      outcome: "retried",
      reason: "no network",
      settled: "nak",
      retryInMs: 1000,
    });
    const later = driverOf(() => {
      throw new RetryAfterError(90_000);
    });
    expect(await testDriver(later)).toMatchObject({ outcome: "retried", retryInMs: 90_000 });
  });

  it("is of the attempt that is asked for, and reports nothing of the ones before it", async () => {
    const attempts: number[] = [];
    const failing = driverOf(({ attempt, logger }) => {
      attempts.push(attempt);
      logger.info(`attempt ${attempt}`);
      throw new Error("no network");
    });
    const third = await testDriver(failing, { attempt: 3 });
    expect(third).toMatchObject({ outcome: "retried", attempt: 3, retryInMs: 4000 });
    expect(third.messages[0]).toBe("attempt 3");
    expect(third.deliveries.length).toBe(1);
    expect(await testDriver(failing, { attempt: 5 })).toMatchObject({
      outcome: "dead-lettered",
      settled: "term",
      retryInMs: undefined,
      result: { success: false },
    });
    expect(attempts).toEqual([3, 5]);
  });

  it("reports an error that is not retryable", async () => {
    const driver = driverOf(() => {
      throw new NonRetryableError("no such region");
    });
    expect(await testDriver(driver)).toMatchObject({
      outcome: "dead-lettered",
      settled: "term",
      result: { success: false, message: "no such region" },
    });
  });

  it("validates the spec", async () => {
    const driver = driverOf(
      ({ resource }) => ({ success: true, data: resource.spec }),
      { spec: z.object({ region: z.string(), size: z.number().default(2) }) },
    );
    expect((await testDriver(driver, { spec: { region: "eu" } })).result?.data)
      .toEqual({ region: "eu", size: 2 });
    const refused = await testDriver(driver, { spec: { region: 1 } });
    expect(refused.result?.success).toBe(false);
    expect(refused.result?.message).toContain("region");
  });

  it("filters events as the manager does, but not those of a pipeline", async () => {
    const driver = driverOf(() => {}, { events: ["delete"] });
    expect(await testDriver(driver)).toMatchObject({ outcome: "filtered", settled: "ack" });
    expect(await testDriver(driver, { pipeline: "ship" })).toMatchObject({ outcome: "succeeded" });
    expect(await testDriver(driver, { event: "delete" })).toMatchObject({ outcome: "succeeded" });
  });

  it("lets the driver wait for real timers", async () => {
    const driver = driverOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
    });
    expect(await testDriver(driver)).toMatchObject({ outcome: "succeeded" });
  });

  it("skips the driver's own timers when they are virtual", async () => {
    const hour = 3_600_000;
    const driver = driverOf(async () => {
      const started = Date.now();
      for (let at = 0; at < 6; at++) await new Promise((resolve) => setTimeout(resolve, hour));
      return { success: true, data: Date.now() - started };
    });
    const { result } = await testDriver(driver, { timers: "virtual" });
    expect(Math.round(result?.data as number / hour)).toBe(6);
  });

  it.each(
    [
      ["timeout", { outcome: "retried", settled: "nak", retryInMs: 1000 }, "TimeoutError"],
      ["lease-lost", { outcome: "lease-lost", settled: "none" }, "lease-lost"],
      ["shutdown", { outcome: "handed-back", settled: "nak", retryInMs: 0 }, "shutdown"],
    ] as const,
  )("aborts by %s", async (abort, expected, reason) => {
    const reasons: unknown[] = [];
    const driver = driverOf(async ({ signal }) => {
      signal.addEventListener("abort", () => {
        reasons.push(signal.reason.name, signal.reason.code);
      });
      await untilAborted(signal);
    }, { timeoutMs: 600_000 });
    expect(await testDriver(driver, { abort })).toMatchObject(expected);
    expect(reasons).toContain(reason);
  });

  it("publishes a result after the broker was away", async () => {
    const driver = driverOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { success: true, message: "done" };
    });
    expect(await testDriver(driver, { abort: "broker-lost" })).toMatchObject({
      outcome: "succeeded",
      result: { success: true, message: "done", data: null },
    });
  });

  it("tells the time of the run, and leaves that of the test alone", async () => {
    const driver = driverOf(({ attempt }) => {
      if (attempt < 5) throw new RetryAfterError(3_600_000);
    }, { maxAttempts: 5 });
    const before = Date.now();
    await testDriver(driver, { attempt: 5 });
    expect(Date.now() - before).toBeLessThan(60_000);
    expect(setTimeout).toBe(globalThis.setTimeout);
  });

  it("runs beside other tests", async () => {
    const names = Array.from({ length: 20 }, (_, at) => `run-${at}`);
    const driver = driverOf(async ({ resource, logger }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      logger.info(resource.name);
    });
    const reports = await Promise.all(names.map((name) => testDriver(driver, { name })));
    expect(reports.map(({ messages }) => messages)).toEqual(names.map((name) => [name]));
  });

  it("refuses options that make no sense", async () => {
    const driver = driverOf(() => {});
    await expect(testDriver(driver, { attempt: 6 })).rejects.toMatchObject({ field: "attempt" });
    await expect(testDriver(driver, { attempt: 0 })).rejects.toMatchObject({ field: "attempt" });
    await expect(testDriver(driver, { abort: "crash" as never })).rejects
      .toMatchObject({ field: "abort" });
    await expect(testDriver(driver, { abort: "timeout" })).rejects
      .toMatchObject({ field: "timeoutMs" });
    await expect(testDriver({} as never)).rejects.toMatchObject({ field: "driver" });
    await expect(testDriver(driver, { manager: { concurrency: 0 } })).rejects
      .toMatchObject({ field: "concurrency" });
  });
});
