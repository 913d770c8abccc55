import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../../src/logger/record.ts";
import { encodeText } from "../../../src/encoding/json.ts";
import { stepSubject } from "../../../src/protocol/subjects.ts";
import { openWorld, type World } from "../support/world.ts";

/** Sends a step whose message has `size` bytes, as the server of a generation does. */
async function sendStep(world: World, size: number, metadata: object): Promise<void> {
  const message = (padding: number) => {
    const resource = { id: "1", name: "web", resource: "workflow", pipeline: "ship", metadata };
    const payload = JSON.stringify({ ...resource, spec: { padding: "x".repeat(padding) } });
    return encodeText(JSON.stringify({ event: "create", payload, id: "1", run_id: "run-1" }));
  };
  await world.sendRaw(stepSubject("deploy", "workflow"), message(size - message(0).length));
}

/** The warnings that a result of so many characters leaves in the log of its run. */
async function warningsOf(
  message: string,
  { left, metadata }: { left: number; metadata: object },
): Promise<string[]> {
  const world = await openWorld("memory");
  const lines: LogRecord[] = [];
  await world.start({ reconcile: () => ({ success: true, message }) }, {
    sinks: [(line) => void lines.push(line)],
  });
  await sendStep(world, world.connection.maxPayload - left, metadata);
  expect((await world.results.first(1))[0]?.driverresult.success).toBe(true);
  await world.events.find(({ type }) => type === "run-ended");
  return lines.filter(({ level }) => level === "warn").map(({ message }) => message);
}

const NESTED = { driverresults: {} };
const FLAT = { version: "1" };

describe("the size of the next step's message", () => {
  it("is no matter when the result fits", async () => {
    expect(await warningsOf("x".repeat(1000), { left: 60_000, metadata: NESTED })).toEqual([]);
  });

  it("is warned of when the result makes it larger than the server accepts, with the sizes", async () => {
    const [warning, ...others] = await warningsOf("x".repeat(60_000), {
      left: 50_000,
      metadata: NESTED,
    });
    expect(others).toEqual([]);
    const [, added, size, accepted] =
      /adds (\d+) bytes, .* takes about (\d+), and the server accepts (\d+)/
        .exec(warning ?? "")!.map(Number);
    expect(added).toBeGreaterThan(60_000);
    expect(size).toBe(accepted! - 50_000 + added!);
  });

  it("counts how often the result is escaped: once more on servers up to release 0.6", async () => {
    const message = '"'.repeat(10_000);
    // A quote takes two bytes in JSON, four in JSON within a text, and eight in JSON text within that.
    expect(await warningsOf(message, { left: 45_000, metadata: NESTED })).toEqual([]);
    expect(await warningsOf(message, { left: 45_000, metadata: FLAT })).toHaveLength(1);
  });
});
