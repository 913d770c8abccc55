import { describe, expect, it } from "vitest";
import { type HealthSource, live, ready } from "../../../src/manager/monitoring/health.ts";

const minutesAgo = (minutes: number) => performance.now() - minutes * 60_000;

function source(changed: Partial<HealthSource> = {}): HealthSource {
  const silentMs = new Map([["deploy", 0]]);
  const triedAt = minutesAgo(0);
  return { state: "running", connected: true, unbound: [], triedAt, silentMs, ...changed };
}

const silent = new Map([["deploy", 600_000]]);

describe("a manager is alive", () => {
  it("while it waits for events, for hours", () => {
    expect(live(source({ triedAt: minutesAgo(600) })).reasons).toEqual([]);
  });

  it("while it tries to connect or to bind, and not when it has tried nothing for long", () => {
    for (const state of ["connecting", "binding", "rebinding"] as const) {
      expect(live(source({ state, triedAt: minutesAgo(1) })).reasons).toEqual([]);
      expect(live(source({ state, triedAt: minutesAgo(10) })).reasons).toEqual([
        `it is ${state}, and has tried nothing for 600 s`,
      ]);
    }
  });

  it("unless a pull that waits for messages hears nothing of the broker", () => {
    expect(live(source({ silentMs: silent })).reasons).toEqual([
      "deploy waits for messages, and NATS has not been heard of for 600 s",
    ]);
    expect(live(source({ silentMs: silent, connected: false })).reasons).toEqual([]);
  });

  it("until it has stopped or failed", () => {
    expect(live(source({ state: "stopping" })).reasons).toEqual([]);
    expect(live(source({ state: "failed" })).reasons).toEqual(["the manager has failed"]);
  });
});

describe("a manager is ready", () => {
  it("when it is connected, every driver is bound, and no stop has begun", () => {
    expect(ready(source())).toEqual({ status: "running", reasons: [] });
    expect(ready(source({ state: "rebinding", unbound: ["deploy"] })).reasons).toEqual([
      "not bound to a consumer: deploy",
      "the manager is rebinding",
    ]);
    expect(ready(source({ connected: false, state: "rebinding" })).reasons).toEqual([
      "there is no connection to NATS",
      "the manager is rebinding",
    ]);
    expect(ready(source({ state: "stopping" })).reasons).toEqual(["the manager is stopping"]);
  });
});
