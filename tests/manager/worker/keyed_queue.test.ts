import { describe, expect, it } from "vitest";
import { KeyedQueue } from "../../../src/manager/worker/keyed_queue.ts";

interface Item {
  resourceKey: string;
  id: number;
}

function queueOf(slots: number) {
  const started: number[] = [];
  const queue = new KeyedQueue<Item>(slots, ({ id }) => started.push(id));
  return { queue, started };
}

describe("a keyed queue", () => {
  it("starts items of different keys side by side", () => {
    const { queue, started } = queueOf(2);
    queue.enter({ resourceKey: "a", id: 1 });
    queue.enter({ resourceKey: "b", id: 2 });
    expect(started).toEqual([1, 2]);
    expect(queue.free).toBe(0);
  });

  it("starts items of one key one after the other, in order", () => {
    const { queue, started } = queueOf(4);
    const items = [1, 2, 3].map((id) => ({ resourceKey: "a", id }));
    for (const item of items) queue.enter(item);
    expect(started).toEqual([1]);
    for (const item of items) {
      queue.ran();
      queue.leave(item);
    }
    expect(started).toEqual([1, 2, 3]);
    expect(queue.idle).toBe(true);
  });

  it("offers the slot that a waiting item does not take", () => {
    const { queue } = queueOf(2);
    queue.enter({ resourceKey: "a", id: 1 });
    queue.enter({ resourceKey: "a", id: 2 });
    expect(queue.free).toBe(1);
  });

  it("offers one slot at a time behind a busy key, so that other keys can pass", () => {
    const { queue, started } = queueOf(3);
    for (let id = 0; id < 4; id++) queue.enter({ resourceKey: "a", id });
    expect([queue.waiting, queue.free]).toEqual([3, 1]);
    queue.enter({ resourceKey: "b", id: 4 });
    expect([queue.waiting, queue.free]).toEqual([3, 1]);
    queue.enter({ resourceKey: "c", id: 5 });
    expect(queue.free).toBe(0);
    expect(started).toEqual([0, 4, 5]);
  });

  it("offers no slot behind a busy key once a hundred items wait", () => {
    const { queue } = queueOf(2);
    for (let id = 0; id <= 99; id++) queue.enter({ resourceKey: "a", id });
    expect([queue.waiting, queue.free]).toEqual([99, 1]);
    queue.enter({ resourceKey: "a", id: 100 });
    expect([queue.waiting, queue.free]).toEqual([100, 0]);
  });

  it("offers no slot to wait for while all of them run", () => {
    const { queue } = queueOf(1);
    for (const id of [1, 2]) queue.enter({ resourceKey: "a", id });
    expect(queue.free).toBe(0);
  });

  it("offers a slot while some items settle, but not while many do", () => {
    const { queue } = queueOf(1);
    const items = Array.from({ length: 17 }, (_, id) => ({ resourceKey: `${id}`, id }));
    for (const item of items) {
      expect(queue.free).toBe(1);
      queue.enter(item);
      queue.ran();
    }
    expect(queue.free).toBe(0);
    queue.leave({ resourceKey: "0", id: 0 });
    expect(queue.free).toBe(1);
  });

  it("lets an item wait that comes ahead of a free slot", () => {
    const { queue, started } = queueOf(1);
    expect(queue.enter({ resourceKey: "a", id: 1 })).toBe(false);
    expect(queue.enter({ resourceKey: "b", id: 2 })).toBe(true);
    expect(queue.enter({ resourceKey: "c", id: 3 })).toBe(true);
    expect(queue.enter({ resourceKey: "b", id: 4 })).toBe(true);
    queue.startReady();
    expect([started, queue.waiting, queue.free]).toEqual([[1], 3, 0]);
    queue.ran();
    queue.startReady();
    expect([started, queue.waiting, queue.free]).toEqual([[1, 2], 2, 0]);
    queue.ran();
    queue.startReady();
    queue.leave({ resourceKey: "b", id: 2 });
    expect([started, queue.waiting]).toEqual([[1, 2, 3], 1]);
    queue.ran();
    queue.startReady();
    expect([started, queue.waiting]).toEqual([[1, 2, 3, 4], 0]);
  });

  it("removes items that wait for a slot, and keeps the order of their key", () => {
    const { queue, started } = queueOf(1);
    const items = ["a", "b", "b", "c"].map((resourceKey, id) => ({ resourceKey, id }));
    for (const item of items) queue.enter(item);
    expect(queue.remove(items[1]!)).toBe(true);
    expect(queue.waiting).toBe(2);
    expect(queue.removeAll()).toEqual([items[3], items[2]]);
    expect([queue.waiting, started]).toEqual([0, [0]]);
    queue.ran();
    expect(queue.enter(items[1]!)).toBe(false);
    expect(started).toEqual([0, 1]);
  });

  it("holds the key of abandoned work until that ends", () => {
    const { queue, started } = queueOf(1);
    queue.enter({ resourceKey: "a", id: 1 });
    queue.ran();
    queue.enter({ resourceKey: "a", id: 2 });
    expect(queue.abandon({ resourceKey: "a", id: 1 })).toEqual([{ resourceKey: "a", id: 2 }]);
    expect([queue.isAbandoned("a"), queue.abandoned, queue.idle]).toEqual([true, 1, true]);
    queue.enter({ resourceKey: "a", id: 3 });
    expect(started).toEqual([1]);
    queue.freeAbandoned("a");
    expect(started).toEqual([1, 3]);
    expect([queue.isAbandoned("a"), queue.abandoned]).toEqual([false, 0]);
  });

  it("removes items that wait", () => {
    const { queue } = queueOf(2);
    const waits = { resourceKey: "a", id: 2 };
    queue.enter({ resourceKey: "a", id: 1 });
    queue.enter(waits);
    expect(queue.remove(waits)).toBe(true);
    expect(queue.remove(waits)).toBe(false);
    queue.enter(waits);
    expect(queue.removeAll()).toEqual([waits]);
    expect(queue.waiting).toBe(0);
  });

  it("gives the slot of a paused item to others, and one back when there is one", async () => {
    const { queue, started } = queueOf(1);
    const [a, b, c] = ["a", "b", "c"].map((resourceKey, id) => ({ resourceKey, id })) as [
      Item,
      Item,
      Item,
    ];
    queue.enter(a);
    queue.pause(a);
    expect([queue.running, queue.waiting, queue.free, queue.idle]).toEqual([0, 1, 1, false]);
    queue.enter(b);
    const order: string[] = [];
    const resumed = queue.resume(a, new AbortController().signal).then(() => order.push("a"));
    queue.enter(c);
    expect([queue.running, queue.waiting, queue.free]).toEqual([1, 2, 0]);
    order.push("b has run");
    queue.ran(b);
    queue.startReady();
    await resumed;
    expect(order).toEqual(["b has run", "a"]);
    expect(started).toEqual([0, 1]);
    queue.ran(a);
    queue.startReady();
    expect(started).toEqual([0, 1, 2]);
  });

  it("a paused item goes on without a slot when its signal fires, and is not removed", async () => {
    const { queue } = queueOf(1);
    const [a, b] = ["a", "b"].map((resourceKey, id) => ({ resourceKey, id })) as [Item, Item];
    queue.enter(a);
    queue.pause(a);
    queue.enter(b);
    const aborted = new AbortController();
    const resumed = queue.resume(a, aborted.signal);
    expect(queue.remove(a)).toBe(false);
    expect(queue.removeAll()).toEqual([]);
    aborted.abort();
    await resumed;
    expect([queue.running, queue.waiting]).toEqual([2, 0]);
  });

  it("starts nothing beside an item that runs alone, and that one after all others", async () => {
    const { queue, started } = queueOf(3);
    const [a, b, c, d] = ["a", "b", "c", "d"].map((resourceKey, id) => ({ resourceKey, id })) as [
      Item,
      Item,
      Item,
      Item,
    ];
    for (const item of [a, b, c]) queue.enter(item);
    const order: string[] = [];
    const { signal } = new AbortController();
    const alone = [
      queue.runAlone(a, signal, 2).then(() => order.push("a")),
      queue.runAlone(b, signal, 1).then(() => order.push("b")),
    ];
    queue.enter(d);
    expect([queue.free, queue.running, started]).toEqual([0, 1, [0, 1, 2]]);
    order.push("c has run");
    queue.ran(c);
    queue.startReady();
    await alone[1];
    expect([queue.running, queue.free, started.length]).toEqual([1, 0, 3]);
    queue.ran(b);
    queue.startReady();
    await alone[0];
    expect(order).toEqual(["c has run", "b", "a"]);
    queue.ran(a);
    queue.startReady();
    expect([queue.running, started]).toEqual([1, [0, 1, 2, 3]]);
  });
});
