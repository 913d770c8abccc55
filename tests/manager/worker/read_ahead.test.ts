import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ReadAhead } from "../../../src/manager/worker/read_ahead.ts";
import { RunPace } from "../../../src/manager/worker/run_pace.ts";
import { BROKERS } from "../support/brokers.ts";
import { Collector, gate } from "../support/collector.ts";
import { openWorld } from "../support/world.ts";

function readAhead({ most = 100, connected = (): boolean => true } = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const pace = new RunPace(1, 17);
  pace.ran(0.5);
  pace.settled(1);
  const held = new Set<string>();
  const overdue: string[][] = [];
  const ahead = new ReadAhead<string>({
    most,
    pace,
    held: () => held,
    connected,
    onOverdue(items) {
      overdue.push(items);
      for (const item of items) held.delete(item);
    },
  });
  const add = (item: string) => {
    held.add(item);
    ahead.add(item);
  };
  return { ahead, held, overdue, add };
}

describe("reading ahead", () => {
  it("wants as many as are expected soon, and more once half of them have started", () => {
    const { ahead, add } = readAhead();
    expect(ahead.wanted).toBe(40);
    for (let i = 0; i < 40; i++) add(`message ${i}`);
    expect(ahead.wanted).toBe(0);
    for (let i = 0; i < 19; i++) ahead.delete(`message ${i}`);
    expect(ahead.wanted).toBe(0);
    ahead.delete("message 19");
    expect(ahead.wanted).toBe(20);
  });

  it("wants no more than allowed", () => {
    expect(readAhead({ most: 7 }).ahead.wanted).toBe(7);
    expect(readAhead({ most: 0 }).ahead.wanted).toBe(0);
  });

  it("gives all up, oldest first, once one has waited for 50 ms", () => {
    const { add, overdue } = readAhead();
    add("first");
    vi.advanceTimersByTime(49);
    add("second");
    expect(overdue).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(overdue).toEqual([["first", "second"]]);
  });

  it("looks at the oldest one that still waits", () => {
    const { ahead, add, overdue } = readAhead();
    add("first");
    vi.advanceTimersByTime(30);
    add("second");
    ahead.delete("first");
    vi.advanceTimersByTime(49);
    expect(overdue).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(overdue).toEqual([["second"]]);
  });

  it("stops until what ran meanwhile has ended", () => {
    const { ahead, held, add, overdue } = readAhead();
    held.add("long").add("longer");
    add("waits");
    vi.advanceTimersByTime(50);
    expect([overdue, ahead.wanted]).toEqual([[["waits"]], 0]);
    ahead.ended("long");
    expect(ahead.wanted).toBe(0);
    ahead.ended("longer");
    expect(ahead.wanted).toBe(40);
  });

  it("keeps them while the broker is away, and when they cannot be redelivered", () => {
    let connected = false;
    const { ahead, add, overdue } = readAhead({ connected: () => connected });
    add("kept");
    vi.advanceTimersByTime(1000);
    expect(overdue).toEqual([]);
    ahead.delete("kept");
    add("waits");
    connected = true;
    vi.advanceTimersByTime(100);
    expect(overdue).toEqual([["waits"]]);
  });
});

describe.each(BROKERS)("on %s, an instance whose run turns out long", (kind) => {
  it("leaves to another one what it has read ahead, and that is no attempt", async () => {
    const world = await openWorld(kind);
    const creator = await world.start({}); // Its consumer stays, and a backlog is stored for it.
    await creator.stop();
    for (let i = 0; i < 40; i++) await world.send({ name: `short ${i}` });
    await world.send({ name: "long" });
    const next = Array.from({ length: 20 }, (_, i) => `next ${i}`);
    for (const name of next) await world.send({ name });

    const leave = gate();
    const slow = new Collector<string>();
    await world.start({
      async reconcile({ resource }) {
        slow.add(resource.name);
        if (resource.name === "long") await leave.opened;
      },
    });
    await slow.find((name) => name === "long");
    const other = new Collector<{ name: string; attempt: number }>();
    await world.start({
      reconcile({ resource, attempt }) {
        other.add({ name: resource.name, attempt });
      },
    });
    const runs = await other.first(20);
    expect(runs.map(({ name }) => name).sort()).toEqual([...next].sort());
    expect(new Set(runs.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(slow.items.filter((name) => name.startsWith("next"))).toEqual([]);
    leave.open();
    expect(await world.results.first(61)).toHaveLength(61);
  });
});
