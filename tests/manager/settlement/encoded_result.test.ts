import { describe, expect, it } from "vitest";
import { encodeText } from "../../../src/encoding/json.ts";
import { BROKERS } from "../support/brokers.ts";
import { openWorld } from "../support/world.ts";

function message(spec: string): Uint8Array {
  const payload = `{"name":"monster","resource":"workflow","spec":${spec}}`;
  return encodeText(`{"event":"create","payload":${payload},"id":"1","run_id":"2"}`);
}

describe.each(BROKERS)("encoding a result on %s", (kind) => {
  it("a resource that fills a message alone becomes a dead letter, reported to the hook", async () => {
    const world = await openWorld(kind);
    const letters: string[] = [];
    const manager = await world.start({}, {
      onDeadLetter: ({ reason }) => void letters.push(reason),
    });
    const size = world.connection.maxPayload - message('""').length;
    await world.sendRaw("resources.workflow", message(`"${"x".repeat(size)}"`));
    await world.send();
    await world.events.until((events) =>
      events.filter(({ type }) => type === "run-ended").length === 2
    );
    await manager.stop();
    expect(letters).toEqual([expect.stringContaining("the server accepts")]);
    expect(manager.stats().drivers["deploy"]).toMatchObject({
      received: 2,
      deadLettered: 1,
      succeeded: 1,
      unconfirmed: 0,
    });
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });

  it("data that is nested too deep for JSON fails its run, and the manager goes on", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({
      reconcile({ resource }) {
        let data: unknown = null;
        for (let depth = 0; resource.name === "deep" && depth < 1_000_000; depth++) data = [data];
        return { success: true, data };
      },
    });
    await world.send({ name: "deep" });
    await world.send();
    const [deep] = await world.results.first(2);
    await manager.stop();
    expect(deep?.driverresult).toMatchObject({
      success: false,
      message: expect.stringContaining("JSON cannot hold its data"),
    });
    expect(manager.stats().drivers["deploy"]).toMatchObject({ deadLettered: 1, succeeded: 1 });
  });

  it("a resource that is nested too deep for some runtimes ends one way or the other, and the manager goes on", async () => {
    const world = await openWorld(kind);
    const manager = await world.start({});
    await world.sendRaw("resources.workflow", message("[".repeat(50_000) + "]".repeat(50_000)));
    const runId = await world.send();
    await world.results.find(({ run_id: stored }) => stored === runId);
    await manager.stop();
    const { received, succeeded, poisoned, deadLettered } = manager.stats().drivers["deploy"]!;
    expect([received, succeeded + poisoned + deadLettered]).toEqual([2, 2]);
    expect((await world.connection.consumerInfo("messages", "deploy"))?.ackPending).toBe(0);
  });
});
