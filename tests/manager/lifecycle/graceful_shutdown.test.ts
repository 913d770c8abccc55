import { NonRetryableError } from "@conveyor/driver";
import { createMemoryTransport } from "@conveyor/driver/transport";
import { describe, expect, it } from "vitest";
import { stopOnSignals } from "../../../src/manager/lifecycle/stop_signals.ts";
import type { StopSignal } from "../../../src/runtime/host.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

describe.each(BROKERS)("graceful shutdown on %s", (kind) => {
  it("lets running reconciles end, and stores their result", async () => {
    const world = await openWorld(kind);
    const started = new Collector<AbortSignal>();
    const manager = await world.start({
      reconcile: ({ shuttingDown }) =>
        new Promise((resolve) => {
          started.add(shuttingDown);
          shuttingDown.addEventListener(
            "abort",
            () => resolve({ success: true, message: "saved" }),
          );
        }),
    });
    await world.send();
    await started.first(1);
    await manager.stop();
    const [result] = await world.results.first(1);
    expect(result?.driverresult.message).toBe("saved");
    expect(manager.state).toBe("stopped");
  });

  it("redelivers events that wait, and another instance runs them", async () => {
    const world = await openWorld(kind);
    const inside = new Collector<string>();
    const leave = gate();
    const manager = await world.start({
      async reconcile({ runId, resource }) {
        inside.add(runId);
        if (resource.name === "site") await leave.opened;
      },
    }, { concurrency: 2 });
    const first = await world.send();
    const second = await world.send();
    const probe = await world.send({ name: "probe" });
    await inside.until((runs) => runs.includes(probe)); // So the second has come, and waits.
    const stopped = manager.stop();
    await world.start({});
    const results = await world.results.first(2);
    expect(results.map(({ run_id }) => run_id)).toEqual([probe, second]);
    leave.open();
    await stopped;
    expect((await world.results.first(3))[2]?.run_id).toBe(first);
    expect(manager.stats().drivers["deploy"]).toMatchObject({ handedBack: 1, succeeded: 2 });
  });

  it("aborts a reconcile that does not end within the grace period, and redelivers its event at once", async () => {
    const world = await openWorld(kind);
    const reasons = new Collector<unknown>();
    const started = new Collector<string>();
    const manager = await world.start({
      reconcile: ({ signal, runId }) =>
        new Promise((_, reject) => {
          started.add(runId);
          signal.addEventListener("abort", () => {
            reasons.add(signal.reason);
            reject(signal.reason);
          });
        }),
    }, { shutdownGraceMs: 10 });
    const runId = await world.send();
    await started.first(1);
    await manager.stop();
    expect((await reasons.first(1))[0]).toMatchObject({ code: "shutdown" });
    expect(manager.stats().drivers["deploy"]).toMatchObject({ handedBack: 1 });
    await world.start({});
    expect((await world.results.first(1))[0]?.run_id).toBe(runId);
  });

  it("redelivers an event whose reconcile throws after it has learnt of the shutdown, and counts no attempt", async () => {
    const world = await openWorld(kind);
    const started = new Collector<string>();
    const attempts = new Collector<number>();
    const manager = await world.start({
      maxAttempts: 1,
      reconcile: ({ shuttingDown, runId, resource }) =>
        new Promise((_, reject) => {
          const error = resource.name === "verdict"
            ? new NonRetryableError("wrong for ever")
            : new Error("interrupted");
          shuttingDown.addEventListener("abort", () => reject(error));
          started.add(runId);
        }),
    }, { concurrency: 2 });
    const runId = await world.send();
    const verdict = await world.send({ name: "verdict" });
    await started.first(2);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ handedBack: 1, deadLettered: 1 });
    await world.start({ maxAttempts: 1, reconcile: ({ attempt }) => attempts.add(attempt) });
    const results = await world.results.first(2);
    expect(results.map(({ run_id, driverresult }) => [run_id, driverresult.success]))
      .toEqual([[verdict, false], [runId, true]]);
    expect(attempts.items).toEqual([1]);
  });

  it("does not wait for ever for a reconcile that ignores its signal", async () => {
    const world = await openWorld(kind);
    const started = new Collector<string>();
    const never = gate();
    const manager = await world.start({
      async reconcile({ runId }) {
        started.add(runId);
        await never.opened;
      },
    }, { shutdownGraceMs: 10, abortGraceMs: 10 });
    await world.send();
    await started.first(1);
    await manager.stop();
    expect(manager.state).toBe("stopped");
    expect(world.results.items).toHaveLength(0);
    never.open();
  });

  it("can be called twice, and both calls wait for the end", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({});
    await Promise.all([manager.stop("first"), manager.stop("second")]);
    expect(manager.state).toBe("stopped");
    await manager.stop();
  });

  it("ends during a back-off", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({
      backoff: { initialMs: 60_000, jitter: "none" },
      reconcile: () => Promise.reject(new Error("away")),
    });
    await world.send();
    await world.events.find((event) => event.type === "run-ended");
    await manager.stop();
    expect(manager.state).toBe("stopped");
  });

  it("ends while it waits for a missing stream", async () => {
    const world = await openWorld(kind, { streams: [] });
    const manager = world.manager({});
    const running = manager.run();
    await world.events.find((event) => event.type === "waiting-for-stream");
    await manager.stop();
    await running;
    await expect(manager.ready).rejects.toThrow("not ready before it ended");
  });

  it("happens at the end of a block with `await using`", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({});
    const running = manager.run();
    {
      await using disposed = manager;
      await disposed.ready;
    }
    await running;
    expect(manager.state).toBe("stopped");
  });
});

describe("graceful shutdown", () => {
  it("ends at once while it connects to a server that cannot be reached", async () => {
    const transport = createMemoryTransport();
    transport.disconnect();
    const world = await openWorld("memory");
    const manager = world.manager({}, { transport });
    const running = manager.run();
    await world.events.find((event) => event.type === "connect-failed");
    expect(manager.state).toBe("connecting");
    await manager.stop();
    await running;
    expect(manager.state).toBe("stopped");
  });

  it("a manager that was never run is stopped, and then refuses to run", async () => {
    const world = await openWorld("memory");
    const manager = world.manager({});
    await manager.stop();
    expect(manager.state).toBe("stopped");
    await expect(manager.run()).rejects.toThrow(
      "cannot run a manager that was stopped: create another one",
    );
  });

  it("the first signal stops gracefully, the second exits the process at once", () => {
    let send: (signal: StopSignal) => void = () => {};
    const done: unknown[] = [];
    const stopListening = stopOnSignals((signal) => done.push(signal), {
      onStopSignal(listener) {
        send = listener;
        return () => done.push("unsubscribed");
      },
      exit: (code) => done.push(code),
    });
    send("SIGTERM");
    expect(done).toEqual(["SIGTERM"]);
    send("SIGINT");
    stopListening();
    expect(done).toEqual(["SIGTERM", 130, "unsubscribed"]);
  });
});
