import { describe, expect, it } from "vitest";
import { singleServer } from "../../chaos/lib/broker.ts";
import { Checker } from "../../chaos/lib/checker.ts";

/** A checker with a server of its own, and what a driver does: storing results. */
async function openChecker() {
  const server = await singleServer();
  const checker = await Checker.connect(server.urls);
  await checker.createStreams();
  return {
    server,
    checker,
    result: (runId: string, messageId = runId) =>
      checker.publish("pipelines.driver.result", JSON.stringify({ run_id: runId }), messageId),
    async [Symbol.asyncDispose]() {
      await checker[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe("the engine of a chaos scenario", () => {
  it("takes results out of the broker, and sees a second one that is stored after a restart", async () => {
    await using world = await openChecker();
    const { checker, server, result } = world;
    await result("one");
    await result("one"); // Within the duplicate window, the server drops it.
    expect(await checker.engine.drained()).toBe(true);
    expect(checker.engine.results).toEqual([{ run_id: "one" }]);
    await server.away(0, "SIGTERM");
    await result("one");
    expect(await checker.engine.untilTaken(2)).toBe(true);
    expect(checker.engine.results).toEqual([{ run_id: "one" }, { run_id: "one" }]);
  });

  it("takes nothing while it is paused, and then all", async () => {
    await using world = await openChecker();
    const { checker, result } = world;
    await result("one");
    expect(await checker.engine.untilTaken(1)).toBe(true);
    await checker.engine.pause();
    await result("two");
    expect((await checker.stream("pipeline-engine")).state.last_seq).toBe(2);
    expect(checker.engine.results).toEqual([{ run_id: "one" }]);
    checker.engine.resume();
    expect(await checker.engine.untilTaken(2)).toBe(true);
  });

  it("goes on when the broker comes back empty and gives the same sequences again", async () => {
    await using world = await openChecker();
    const { checker, server, result } = world;
    await result("one");
    expect(await checker.engine.drained()).toBe(true);
    await checker.engine.pause();
    await server.forget(0);
    await checker.createStreams();
    checker.engine.resume();
    await result("two");
    expect(await checker.engine.untilTaken(2)).toBe(true);
    expect(checker.engine.results).toEqual([{ run_id: "one" }, { run_id: "two" }]);
  });
});
