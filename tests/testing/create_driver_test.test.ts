import { describe, expect, it } from "vitest";
import { createDriver, type DriverDefinition } from "../../mod.ts";
import { createDriverTest } from "../../src/testing/mod.ts";

const driverOf = (
  reconcile: DriverDefinition["reconcile"],
  more: Partial<DriverDefinition> = {},
) => createDriver({ name: "deploy", resources: ["workflow"], reconcile, ...more });

/** A driver that waits for the end of each of its calls, and says why its signal aborted. */
function waitingDriver(more: Partial<DriverDefinition> = {}) {
  const aborts: string[] = [];
  const ends: (() => void)[] = [];
  const driver = driverOf(({ signal, shuttingDown }) => {
    shuttingDown.addEventListener("abort", () => aborts.push("shuttingDown"));
    return new Promise<void>((resolve, reject) => {
      ends.push(resolve);
      signal.addEventListener("abort", () => {
        aborts.push(signal.reason.code);
        reject(signal.reason);
      });
    });
  }, more);
  return { driver, aborts, ends };
}

describe("a driver under test", () => {
  it("is tried again until it succeeds, without waiting", async () => {
    const driver = driverOf(({ attempt }) => {
      if (attempt < 4) throw new Error(`attempt ${attempt}`);
      return { success: true, message: "at last" };
    });
    await using test = await createDriverTest(driver);
    const { deliveries, result } = await test.completed();
    expect(result?.message).toBe("at last");
    expect(deliveries.map(({ outcome, attempt, retryInMs }) => [outcome, attempt, retryInMs]))
      .toEqual([
        ["retried", 1, 1000],
        ["retried", 2, 2000],
        ["retried", 3, 4000],
        ["succeeded", 4, undefined],
      ]);
  });

  it("becomes a dead letter after its last attempt", async () => {
    const driver = driverOf(() => {
      throw new Error("no network");
    });
    const letters: string[] = [];
    await using test = await createDriverTest(driver, {
      manager: { maxAttempts: 2, onDeadLetter: ({ reason }) => letters.push(reason) },
    });
    expect(await test.completed()).toMatchObject({
      outcome: "dead-lettered",
      attempt: 2,
      result: { success: false },
    });
    expect(letters).toEqual(["no network (attempt 2 of 2, the last)"]);
  });

  it("loses its lease, and the redelivery decides", async () => {
    const { driver, aborts, ends } = waitingDriver();
    await using test = await createDriverTest(driver);
    await test.called();
    await test.advance(600_000); // The lease is renewed.
    expect(aborts).toEqual([]);
    await test.loseLease();
    expect(aborts).toEqual(["lease-lost"]);
    expect(await test.settled()).toMatchObject({ outcome: "lease-lost", settled: "none" });
    await test.called();
    ends[1]!();
    expect(await test.settled()).toMatchObject({ outcome: "succeeded", settled: "ack" });
  });

  it("times out, and is tried again", async () => {
    const { driver, aborts, ends } = waitingDriver({ timeoutMs: 60_000 });
    await using test = await createDriverTest(driver);
    await test.called();
    await test.advance(59_000);
    expect(aborts).toEqual([]);
    await test.advance(1000);
    expect(aborts).toEqual(["timeout"]);
    expect(await test.settled()).toMatchObject({ outcome: "retried", retryInMs: 1000 });
    await test.called();
    ends[1]!();
    expect(await test.completed()).toMatchObject({ outcome: "succeeded", attempt: 2 });
  });

  it("ignores its signal, and its late result is discarded", async () => {
    let end = () => {};
    const driver = driverOf(() => new Promise<void>((resolve) => end = resolve), {
      timeoutMs: 1000,
      maxAttempts: 1,
    });
    await using test = await createDriverTest(driver);
    await test.called();
    await test.timeOut();
    await test.advance(5000);
    expect(await test.settled()).toMatchObject({
      outcome: "dead-lettered",
      result: { success: false },
    });
    end();
  });

  it("is told of a shutdown, aborted after the grace period, and run by the next process", async () => {
    const { driver, aborts, ends } = waitingDriver();
    await using test = await createDriverTest(driver, { manager: { shutdownGraceMs: 20_000 } });
    await test.called();
    await test.shutDown();
    expect(aborts).toEqual(["shuttingDown"]);
    await test.advance(20_000);
    expect(aborts).toEqual(["shuttingDown", "shutdown"]);
    expect(await test.settled()).toMatchObject({ outcome: "handed-back", settled: "nak" });
    await test.restart();
    await test.called();
    ends[1]!();
    expect(await test.settled()).toMatchObject({ outcome: "succeeded" });
  });

  it("finishes within the shutdown grace period", async () => {
    const driver = driverOf(({ shuttingDown }) =>
      new Promise((resolve) => {
        shuttingDown.addEventListener("abort", () => resolve({ success: true, message: "saved" }));
      })
    );
    await using test = await createDriverTest(driver);
    await test.called();
    await test.shutDown();
    expect(await test.settled()).toMatchObject({
      outcome: "succeeded",
      result: { message: "saved" },
    });
  });

  it("is not run again when the acknowledgement of its result is lost", async () => {
    let calls = 0;
    const driver = driverOf(() => {
      calls++;
    });
    await using test = await createDriverTest(driver);
    test.loseAck();
    await test.completed();
    expect(await test.settled()).toMatchObject({ outcome: "already-done", settled: "ack" });
    expect(calls).toBe(1);
  });

  it("publishes its result when the broker comes back", async () => {
    const { driver, ends } = waitingDriver();
    await using test = await createDriverTest(driver);
    await test.called();
    test.disconnect();
    ends[0]!();
    await test.advance(2000);
    test.reconnect();
    expect(await test.settled()).toMatchObject({ outcome: "succeeded", result: { success: true } });
  });

  it("may go on when the test ends", async () => {
    await using test = await createDriverTest(driverOf(() => new Promise<void>(() => {})));
    await test.called();
  });

  it("that does nothing more is reported, rather than waited for", async () => {
    await using test = await createDriverTest(driverOf(() => {}));
    await test.settled();
    await expect(test.settled()).rejects.toMatchObject({ code: "test-stuck" });
  });

  it("leaves the globals as they were", async () => {
    const { setTimeout, clearTimeout, setInterval, clearInterval, Date } = globalThis;
    const { now } = performance;
    const { random } = Math;
    const before = { setTimeout, clearTimeout, setInterval, clearInterval, Date, now, random };
    await (await createDriverTest(driverOf(() => {})))[Symbol.asyncDispose]();
    expect({
      setTimeout: globalThis.setTimeout,
      clearTimeout: globalThis.clearTimeout,
      setInterval: globalThis.setInterval,
      clearInterval: globalThis.clearInterval,
      Date: globalThis.Date,
      now: performance.now,
      random: Math.random,
    }).toEqual(before);
  });
});
