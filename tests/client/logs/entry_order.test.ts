import { describe, expect, it } from "vitest";
import { createEntryOrder } from "../../../src/client/logs/entry_order.ts";
import { createLogProgress } from "../../../src/client/logs/log_progress.ts";
import type { LogEntry } from "../../../src/client/mod.ts";
import { OWN_ENTRY } from "../../../src/protocol/logs/end_of_log.ts";

const entry = (number: number, { driver = "build", message = `line ${number}` } = {}) => ({
  runId: "r1",
  driver,
  pipeline: "ship",
  timestamp: `2026-01-01T00:00:00.${String(number).padStart(9, "0")}Z`,
  message,
});
const START = entry(0, { message: `${OWN_ENTRY}attempt 1 of 5 started` });

function world(stored: LogEntry[] = []) {
  const messages: string[] = [];
  const order = createEntryOrder(
    () => Promise.resolve([...stored]),
    createLogProgress(),
    ({ message }) => void messages.push(message.replace(/^\[conveyor\] .*/, "start")),
  );
  return { order, take: order.beginPass(), messages, stored };
}

describe("entries are handed over", () => {
  it("as they come, where none can be missing", async () => {
    const { order, take, messages } = world([START]);
    take(START);
    await order.catchUp();
    for (const one of [entry(1), entry(2)]) take(one);
    expect(messages).toEqual(["start", "line 1", "line 2"]);
  });

  it("after those that were missing, once the store has caught up", async () => {
    const { order, take, messages, stored } = world([START, entry(1)]);
    await order.catchUp();
    take(entry(4), 10_000);
    take(entry(5));
    expect(messages).toEqual(["start", "line 1"]);
    stored.push(entry(2));
    await order.catchUp();
    expect([messages, order.holding]).toEqual([["start", "line 1", "line 2"], true]);
    stored.push(entry(3), entry(4));
    await order.catchUp();
    expect(messages).toEqual(["start", "line 1", "line 2", "line 3", "line 4", "line 5"]);
    expect(order.holding).toBe(false);
  });

  it("after those that were missing, also when earlier ones come later", async () => {
    const { order, take, messages } = world([START, entry(1), entry(2)]);
    for (const one of [START, entry(4)]) take(one, 10_000);
    take(entry(2), 10_000);
    await order.catchUp();
    expect(messages).toEqual(["start", "line 1", "line 2"]);
  });

  it("in order of time, although the store is ordered by driver", async () => {
    const other = entry(2, { driver: "a-test" });
    const { order, messages } = world([other, START, entry(1)]);
    await order.catchUp();
    expect(messages).toEqual(["start", "line 1", "line 2"]);
  });

  it("not before the store has been read, when the first of a driver may be missing", async () => {
    const { order, take, messages } = world([entry(1), entry(2)]);
    take(entry(2));
    expect(messages).toEqual([]);
    await order.catchUp();
    expect(messages).toEqual(["line 1", "line 2"]);
  });

  it("although the store never has them, when the time is up", async () => {
    const { order, take, messages, stored } = world([START]);
    await order.catchUp();
    take(entry(2), Number.MIN_VALUE);
    stored.pop();
    await order.catchUp();
    expect(messages).toEqual(["start", "line 2"]);
  });

  it("at the end, whatever is missing", () => {
    const { order, take, messages } = world();
    order.hold();
    take(entry(3), 10_000);
    take(entry(2), 10_000);
    order.release();
    expect(messages).toEqual(["line 2", "line 3"]);
  });
});
