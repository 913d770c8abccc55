import { ConfigError, NonRetryableError, RetryAfterError } from "@conveyor/driver";
import { describe, expect, it } from "vitest";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

describe.each(BROKERS)("settlement on %s", (kind) => {
  it("returns {success: true} or nothing: the result is stored, the event acknowledged", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({
      reconcile({ resource }) {
        if (resource.name === "quiet") return;
        return { success: true, message: "deployed", data: { url: "https://example.test" } };
      },
    });
    const loud = await world.send({ name: "loud" });
    const quiet = await world.send({ name: "quiet" });
    const results = await world.results.first(2);
    expect(results.find(({ run_id }) => run_id === loud)).toMatchObject({
      event: "create",
      resource: { name: "loud", resource: "workflow" },
      driverresult: {
        success: true,
        message: "deployed",
        data: { url: "https://example.test" },
        driver: "deploy",
      },
    });
    expect(results.find(({ run_id }) => run_id === quiet)?.driverresult).toEqual({
      success: true,
      message: "",
      data: null,
      driver: "deploy",
    });
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 2, succeeded: 2 });
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("returns {success: false}: the result is stored, the event acknowledged, no retry", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const manager = await world.start({
      reconcile() {
        calls++;
        return { success: false, message: "the tests are red" };
      },
    });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult).toMatchObject({ success: false, message: "the tests are red" });
    await manager.stop();
    expect(calls).toBe(1);
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 1, failed: 1 });
  });

  it("throws: retried with back-off until it succeeds, with one result", async () => {
    const world = await openWorld(kind);
    const attempts: number[] = [];
    const manager = await world.start({
      reconcile({ attempt }) {
        attempts.push(attempt);
        if (attempt < 3) throw new Error("the registry is away");
      },
    });
    await world.send();
    await world.results.first(1);
    await manager.stop();
    expect(attempts).toEqual([1, 2, 3]);
    expect(world.results.items).toHaveLength(1);
    expect(manager.stats().drivers["deploy"]).toMatchObject({
      received: 3,
      retried: 2,
      succeeded: 1,
    });
  });

  it("throws maxAttempts times: failed result with the error's message, dead-letter event, term", async () => {
    const world = await openWorld(kind);
    await world.connection.ensureConsumer("messages", {
      durable: "undertaker",
      filterSubjects: ["events.deploy.dead-letter"],
      ackWaitMs: 30_000,
      maxAckPending: 10,
    });
    const letters = new Collector<Record<string, unknown>>();
    const pull = await world.connection.pull("messages", "undertaker", {
      onMessage(delivery) {
        letters.add(JSON.parse(new TextDecoder().decode(delivery.data)));
        delivery.ack();
      },
      onLost() {},
    });
    pull.demand(10);
    const hooked = new Collector<unknown>();
    const manager = await world.start({
      maxAttempts: 2,
      reconcile() {
        throw new Error("no such cluster");
      },
    }, { onDeadLetter: (letter) => hooked.add(letter) });
    const runId = await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.success).toBe(false);
    expect(result?.driverresult.message).toBe("no such cluster");
    const [letter] = await letters.first(1);
    expect(letter).toMatchObject({
      event: "dead-letter",
      driver: "deploy",
      run_id: runId,
      data: { reason: "no such cluster (attempt 2 of 2, the last)", attempt: 2 },
    });
    const [hookedLetter] = await hooked.first(1);
    expect(hookedLetter).toMatchObject({
      runId,
      payload: expect.stringContaining("site"),
      attempt: 2,
    });
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({
      received: 2,
      retried: 1,
      deadLettered: 1,
    });
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("throws NonRetryableError: failed result at once, dead-letter, term", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const manager = await world.start({
      reconcile() {
        calls++;
        throw new NonRetryableError("the spec asks for a region that does not exist");
      },
    });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult).toMatchObject({
      success: false,
      message: "the spec asks for a region that does not exist",
    });
    await manager.stop();
    expect(calls).toBe(1);
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 1, deadLettered: 1 });
  });

  it("throws RetryAfterError: retried after that delay, and it counts as an attempt", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({
      maxAttempts: 2,
      reconcile: () => Promise.reject(new RetryAfterError(5, { message: "not yet" })),
    });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.message).toContain("not yet");
    const ends = world.events.items.filter((event) => event.type === "run-ended");
    expect(ends[0]).toMatchObject({ outcome: "retried", reason: "not yet" });
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ retried: 1, deadLettered: 1 });
  });

  it("an invalid spec: failed result that names the path, and no reconcile", async () => {
    const world = await openWorld(kind);
    let calls = 0;
    const manager = await world.start({
      spec: regionSchema,
      reconcile() {
        calls++;
      },
    });
    await world.send({ spec: { region: 7 } });
    const [result] = await world.results.first(1);
    expect(result?.driverresult.success).toBe(false);
    expect(result?.driverresult.message).toContain("spec.region: must be text");
    await manager.stop();
    expect(calls).toBe(0);
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("runs past timeoutMs: the signal aborts with a TimeoutError, then as a throw", async () => {
    const world = await openWorld(kind);
    const reasons: unknown[] = [];
    const manager = await world.start({
      timeoutMs: 20,
      maxAttempts: 2,
      reconcile: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            reasons.push(signal.reason);
            reject(signal.reason);
          });
        }),
    });
    await world.send();
    const [result] = await world.results.first(1);
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toMatchObject({ name: "TimeoutError", timeoutMs: 20 });
    expect(result?.driverresult.message).toContain("did not end within its time-out of 20 ms");
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({
      timedOut: 2,
      retried: 1,
      deadLettered: 1,
    });
  });

  it("ignores its signal: it is abandoned after the grace period, and its late result is discarded", async () => {
    const world = await openWorld(kind);
    const late = gate();
    let calls = 0;
    const manager = await world.start({
      timeoutMs: 20,
      maxAttempts: 1,
      async reconcile({ resource }) {
        calls++;
        if (resource.name === "other") return;
        await late.opened;
        return { success: true, message: "too late" };
      },
    }, { abortGraceMs: 10 });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult).toMatchObject({ success: false });
    await world.events.find((event) => event.type === "warning" && event.code === "signal-ignored");
    expect(manager.stats().drivers["deploy"]?.abandoned).toBe(1);
    late.open();
    await world.send({ name: "other" });
    await world.results.first(2);
    await manager.stop();
    expect(calls).toBe(2);
    expect(world.results.items.map(({ driverresult }) => driverresult.message)).not.toContain(
      "too late",
    );
  });

  it("an unlisted event is acknowledged without a call; a step addressed by name never is", async () => {
    const world = await openWorld(kind);
    const seen: string[] = [];
    const manager = await world.start({
      events: ["create"],
      reconcile({ event }) {
        seen.push(event);
      },
    });
    await world.send({ event: "update" });
    await world.send({ event: "process", subject: "drivers.deploy.resources.workflow" });
    await world.send({ event: "create" });
    await world.results.first(2);
    await manager.stop();
    expect(seen.sort()).toEqual(["create", "process"]);
    expect(manager.stats().drivers["deploy"]).toMatchObject({ received: 3, filtered: 1 });
  });

  it("a message that is not JSON is counted, reported, terminated, and the loop goes on", async () => {
    const world = await openWorld(kind);
    const poison = new Collector<{ sequence: number; error: Error }>();
    const manager = await world.start({}, { onPoison: (message) => poison.add(message) });
    await world.sendRaw("resources.workflow", new TextEncoder().encode("{ not json"));
    await world.send();
    await world.results.first(1);
    const [message] = await poison.first(1);
    expect(message?.error.message).toBe("the message is not JSON");
    expect(message?.sequence).toBeGreaterThan(0);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({
      received: 2,
      poisoned: 1,
      succeeded: 1,
    });
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("a result that JSON cannot hold becomes a failed result that says so", async () => {
    const world = await openWorld(kind);
    await world.start({ reconcile: () => ({ success: true, data: { size: 1n } }) });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.success).toBe(false);
    expect(result?.driverresult.message).toContain("JSON cannot hold its data");
  });

  it("a result that is too large for the server becomes a failed result that says what to do", async () => {
    const world = await openWorld(kind);
    await world.start({ reconcile: () => ({ success: true, data: "x".repeat(2 * 1024 * 1024) }) });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.message).toMatch(/takes \d+ bytes.*put large data elsewhere/);
  });

  it("any other return value becomes a failed result that says what to return", async () => {
    const world = await openWorld(kind);
    await world.start({ reconcile: (() => "done") as never });
    await world.send();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.message).toContain("returned a string; return { success");
  });

  it("emits events, confirmed, with run id and resource", async () => {
    const world = await openWorld(kind);
    await world.connection.ensureConsumer("messages", {
      durable: "audience",
      filterSubjects: ["events.deploy.>"],
      ackWaitMs: 30_000,
      maxAckPending: 10,
    });
    const heard = new Collector<Record<string, unknown>>();
    const pull = await world.connection.pull("messages", "audience", {
      onMessage(delivery) {
        heard.add({
          subject: delivery.subject,
          ...JSON.parse(new TextDecoder().decode(delivery.data)),
        });
        delivery.ack();
      },
      onLost() {},
    });
    pull.demand(10);
    const refused = new Collector<unknown>();
    const manager = await world.start({
      async reconcile({ emit }) {
        await emit("uploaded", { bytes: 12 });
        await emit("bad name").catch((error) => refused.add(error));
      },
    });
    const runId = await world.send();
    const [event] = await heard.first(1);
    expect(event).toMatchObject({
      subject: "events.deploy.uploaded",
      event: "uploaded",
      driver: "deploy",
      run_id: runId,
      resource: { name: "site" },
      data: { bytes: 12 },
    });
    expect((await refused.first(1))[0]).toBeInstanceOf(ConfigError);
    await world.results.first(1);
    expect(manager.stats().drivers["deploy"]?.emitted).toBe(1);
  });
});

/** A minimal Standard Schema. */
const regionSchema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) =>
      typeof (value as { region?: unknown })?.region === "string"
        ? { value }
        : { issues: [{ message: "must be text", path: ["region"] }] },
  },
} as const;
