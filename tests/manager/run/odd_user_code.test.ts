import { createDriver, type ManagerEvent } from "@conveyor/driver";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { memorySink } from "@conveyor/driver/logging";
import { host } from "../../../src/runtime/detect.ts";
import { BROKERS } from "../support/brokers.ts";
import { openWorld } from "../support/world.ts";

describe.each(BROKERS)("loss 11, odd code of the user, on %s:", (kind) => {
  it("circular data fails its run, as data that JSON cannot hold", async () => {
    const world = await openWorld(kind);
    await world.start({
      reconcile() {
        const data: Record<string, unknown> = {};
        data["self"] = data;
        return { success: true, data };
      },
    });
    await world.send();
    const [stored] = await world.results.first(1);
    expect(stored?.driverresult).toMatchObject({
      success: false,
      data: null,
      message: expect.stringContaining(
        "cannot send the result of deploy: JSON cannot hold its data",
      ),
    });
  });

  it("fields beside success, message and data are a warning in the run's log", async () => {
    const world = await openWorld(kind);
    const sink = memorySink();
    await world.start({
      reconcile: () => ({ success: true, data: { size: 1 }, url: "http://web.example", tag: 2 }),
    }, { sinks: [sink] });
    await world.send();
    const [stored] = await world.results.first(1);
    expect(stored?.driverresult).toMatchObject({ success: true, data: { size: 1 } });
    expect(sink.records.filter(({ level }) => level === "warn").map(({ message }) => message))
      .toEqual([
        'the result\'s "url", "tag" is not stored: a result has success, message and data; ' +
        "move it into data",
      ]);
  });

  it.each<[string, PropertyDescriptor, string]>([
    ["whose message getter throws", {
      get() {
        throw new TypeError("no message");
      },
    }, "Error"],
    ["whose message is no text", { value: 42 }, "42"],
    ["whose message is an object without a text", { value: Object.create(null) }, "Error"],
  ])("an error %s ends its run", async (_, message, said) => {
    const world = await openWorld(kind);
    await world.start({
      maxAttempts: 1,
      reconcile() {
        throw Object.defineProperty(new Error(), "message", message);
      },
    });
    await world.send();
    const [stored] = await world.results.first(1);
    expect(stored?.driverresult).toMatchObject({ success: false, message: said });
  });
});

const bindsOf = (events: readonly ManagerEvent[]) =>
  events.filter(({ type }) => type === "bound").length;

describe("a manager of many drivers", () => {
  it("listeners on shuttingDown, rebinds and many drivers make no runtime warn of listeners", async () => {
    const warnings: unknown[] = [];
    const warn = (warning: Error) => warnings.push(warning.message);
    process.on("warning", warn);
    onTestFinished(() => void process.off("warning", warn));
    const world = await openWorld("memory");
    const drivers = Array.from({ length: 12 }, (_, i) =>
      createDriver({
        name: `d${i}`,
        resources: ["workflow"],
        reconcile({ shuttingDown }) {
          shuttingDown.addEventListener("abort", () => {});
        },
      }));
    const manager = world.manager({}, { driver: undefined, drivers } as object);
    void manager.run();
    await manager.ready;
    for (let i = 0; i < 12; i++) {
      await world.connection.deleteConsumer("messages", "d0");
      await world.events.until((events) => bindsOf(events) === 13 + i);
    }
    await world.send();
    await world.results.first(12);
    await manager.stop();
    expect(warnings).toEqual([]);
  });
});

describe("onEvent", () => {
  it.each([
    ["rejects", () => Promise.reject(new Error("no room"))],
    ["threw", () => {
      throw new Error("no room");
    }],
  ])("that %s is a line on the console, and has no other effect", async (_, fail) => {
    const lines: string[] = [];
    const spy = vi.spyOn(host(), "writeOut").mockImplementation((text) => void lines.push(text));
    onTestFinished(() => spy.mockRestore());
    const world = await openWorld("memory");
    const manager = await world.start({}, {
      onEvent: ({ type }) => type === "bound" ? fail() : undefined,
    });
    await world.send();
    await world.results.first(1);
    await manager.stop();
    expect(lines.join("\n")).toMatch(/onEvent (threw|rejected) on a bound event: no room/);
  });
});

describe("a driver's name", () => {
  it("that is too long for a file name is refused when the driver is made", () => {
    const make = (name: string) => createDriver({ name, resources: ["workflow"], reconcile() {} });
    expect(make("x".repeat(255)).name).toHaveLength(255);
    expect(() => make("x".repeat(256))).toThrow(
      "name must be a text of at most 255 bytes, got one of 256",
    );
    expect(() => make("é".repeat(128))).toThrow("got one of 256");
  });
});
