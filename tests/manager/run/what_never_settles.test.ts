import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { encodeText } from "../../../src/encoding/json.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

const never = () => new Promise<never>(() => {});

/** A validator that does not settle when it is called for the first time. */
function hangingSchema(): StandardSchemaV1 {
  let calls = 0;
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => calls++ === 0 ? never() : { value },
    },
  };
}

describe.each(BROKERS)("loss 9, what never settles, on %s:", (kind) => {
  it("an async spec validator is given up after hookTimeoutMs, and the event is tried again", async () => {
    const world = await openWorld(kind);
    await world.start({ spec: hangingSchema() }, { hookTimeoutMs: 20 });
    const runId = await world.send();
    const ended = await world.events.find((event) => event.type === "run-ended");
    expect(ended).toMatchObject({
      outcome: "retried",
      reason: expect.stringContaining("cannot wait for the spec validator of deploy"),
    });
    expect((await world.results.first(1))[0]?.run_id).toBe(runId);
  });

  it("an async spec validator does not hold up stop()", async () => {
    const world = await openWorld(kind);
    const validating = new Collector<unknown>();
    const spec = hangingSchema();
    const { validate } = spec["~standard"];
    const told: StandardSchemaV1 = {
      "~standard": {
        ...spec["~standard"],
        validate(value) {
          validating.add(value);
          return validate(value);
        },
      },
    };
    const manager = await world.start({ spec: told }, {
      hookTimeoutMs: Infinity,
      shutdownGraceMs: 10,
    });
    await world.send();
    await validating.first(1);
    await manager.stop();
    expect(manager.stats().drivers["deploy"]).toMatchObject({ handedBack: 1 });
  });

  it("onDeadLetter is given up, said, and the event is terminated", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({
      maxAttempts: 1,
      reconcile: () => Promise.reject(new Error("no")),
    }, { onDeadLetter: never, hookTimeoutMs: 20 });
    await world.send();
    const warning = await world.events.find((event) =>
      event.type === "warning" && event.code === "hook-threw"
    );
    expect(warning).toMatchObject({
      message: expect.stringMatching(/cannot wait for onDeadLetter.*pass a longer hookTimeoutMs$/),
    });
    await world.events.find((event) => event.type === "run-ended");
    await manager.stop();
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("onPoison is given up, said, and the message is terminated", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({}, { onPoison: never, hookTimeoutMs: 20 });
    await world.sendRaw("resources.workflow", encodeText("{"));
    const warning = await world.events.find((event) =>
      event.type === "warning" && event.code === "hook-threw"
    );
    expect(warning).toMatchObject({ message: expect.stringContaining("cannot wait for onPoison") });
    await manager.stop();
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("the flush of a sink does not hold up stop(), and is said", async () => {
    const world = await openWorld(kind);
    const sink = Object.assign(() => {}, { sinkName: "stuck", flush: never });
    const manager = await world.start({}, { sinks: [sink], hookTimeoutMs: 20 });
    await manager.stop();
    expect(manager.state).toBe("stopped");
    expect(world.events.items).toContainEqual(expect.objectContaining({
      code: "shutdown",
      message: expect.stringContaining("cannot flush the log sink stuck"),
    }));
  });
});
