import { describe, expect, it } from "vitest";
import { KeyedQueue } from "../../src/manager/worker/keyed_queue.ts";

interface Item {
  resourceKey: string;
  id: number;
}

function lanesOf(slots: number) {
  const started: number[] = [];
  const lanes = new KeyedQueue<Item>(slots, ({ id }) => started.push(id));
  return { lanes, started };
}

describe("lanes", () => {
  it("start items of different lanes side by side", () => {
    const { lanes, started } = lanesOf(2);
    lanes.enter({ resourceKey: "a", id: 1 });
    lanes.enter({ resourceKey: "b", id: 2 });
    expect(started).toEqual([1, 2]);
    expect(lanes.free).toBe(0);
  });

  it("start items of one lane one after the other, in the order they came", () => {
    const { lanes, started } = lanesOf(4);
    const items = [1, 2, 3].map((id) => ({ resourceKey: "a", id }));
    for (const item of items) lanes.enter(item);
    expect(started).toEqual([1]);
    for (const item of items) {
      lanes.ran();
      lanes.leave(item);
    }
    expect(started).toEqual([1, 2, 3]);
    expect(lanes.idle).toBe(true);
  });

  it("want a message for the slot that a waiting item does not take", () => {
    const { lanes } = lanesOf(2);
    lanes.enter({ resourceKey: "a", id: 1 });
    lanes.enter({ resourceKey: "a", id: 2 });
    expect(lanes.free).toBe(1);
  });

  it("want nothing while as many wait as there are slots", () => {
    const { lanes } = lanesOf(2);
    for (const id of [1, 2, 3]) lanes.enter({ resourceKey: "a", id });
    expect(lanes.waiting).toBe(2);
    expect(lanes.free).toBe(0);
  });

  it("want the next item while a few settle, but not while many do", () => {
    const { lanes } = lanesOf(1);
    const items = ["a", "b", "c", "d", "e"].map((resourceKey, id) => ({ resourceKey, id }));
    for (const item of items) {
      expect(lanes.free).toBe(1);
      lanes.enter(item);
      lanes.ran();
    }
    expect(lanes.free).toBe(0);
    lanes.leave({ resourceKey: "a", id: 0 });
    expect(lanes.free).toBe(1);
  });

  it("keep a lane to an item that left without freeing it", () => {
    const { lanes, started } = lanesOf(1);
    lanes.enter({ resourceKey: "a", id: 1 });
    lanes.ran();
    lanes.enter({ resourceKey: "a", id: 2 });
    expect(lanes.abandon({ resourceKey: "a", id: 1 })).toEqual([{ resourceKey: "a", id: 2 }]);
    expect([lanes.isAbandoned("a"), lanes.abandoned, lanes.idle]).toEqual([true, 1, true]);
    lanes.enter({ resourceKey: "a", id: 3 });
    expect(started).toEqual([1]);
    lanes.freeAbandoned("a");
    expect(started).toEqual([1, 3]);
    expect([lanes.isAbandoned("a"), lanes.abandoned]).toEqual([false, 0]);
  });

  it("give back those that wait", () => {
    const { lanes } = lanesOf(2);
    const waits = { resourceKey: "a", id: 2 };
    lanes.enter({ resourceKey: "a", id: 1 });
    lanes.enter(waits);
    expect(lanes.remove(waits)).toBe(true);
    expect(lanes.remove(waits)).toBe(false);
    lanes.enter(waits);
    expect(lanes.removeAll()).toEqual([waits]);
    expect(lanes.waiting).toBe(0);
  });
});
