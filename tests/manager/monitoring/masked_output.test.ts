import { createDriver, createDriverManager, type ManagerEvent } from "@conveyor/driver";
import { createMemoryTransport } from "@conveyor/driver/transport";
import { afterEach, expect, it, vi } from "vitest";
import { host } from "../../../src/runtime/detect.ts";
import { openWorld } from "../support/world.ts";

afterEach(() => void vi.restoreAllMocks());

const SECRET = "hunter2/of,the manager";
const RUN_SECRET = "s3cr3t-of-the-run";

/** Collects everything that is written to standard output and error. */
function captured(): () => string {
  const chunks: string[] = [];
  const write = (chunk: unknown) => chunks.push(String(chunk)) > 0;
  vi.spyOn(host(), "writeOut").mockImplementation((text) => void write(text));
  vi.spyOn(process.stderr, "write").mockImplementation(write);
  return () => chunks.join("");
}

/** All text of an event, the errors in it included. */
function textOf(event: ManagerEvent): string {
  return JSON.stringify(
    event,
    (_key, value: unknown) =>
      value instanceof Error ? [value.message, value.stack, value.cause] : value,
  );
}

it("what the hooks throw is masked in events and on the console", async () => {
  const output = captured();
  const events: ManagerEvent[] = [];
  const thrown = (text: string) => () => {
    throw new Error(`cannot post to ${text}`, { cause: text });
  };
  const world = await openWorld("memory");
  await world.start({
    reconcile({ logger }) {
      logger.mask(RUN_SECRET);
      throw new Error(`exit code 1 with ${SECRET} and ${RUN_SECRET}`);
    },
    maxAttempts: 1,
  }, {
    console: true,
    secrets: [SECRET],
    onPoison: thrown(SECRET),
    onDeadLetter: thrown(`${SECRET} ${RUN_SECRET}`),
    onEvent(event) {
      events.push(event);
      world.events.add(event);
      throw new Error(`no ${SECRET}`);
    },
  });
  await world.sendRaw("resources.workflow", new TextEncoder().encode(`{"id": "${SECRET}"`));
  await world.send();
  const hookThrew = (event: ManagerEvent) =>
    event.type === "warning" && event.code === "hook-threw";
  await world.events.until((seen) => seen.filter(hookThrew).length === 2);
  expect(events.filter(hookThrew).map(textOf).join()).toContain("cannot post to ***");
  for (const event of events) {
    expect(textOf(event)).not.toContain("hunter2");
    expect(textOf(event)).not.toContain(RUN_SECRET);
  }
  expect(output()).toContain("onEvent threw on a warning event: no ***");
  expect(output()).toContain("onDeadLetter failed: cannot post to *** ***");
  expect(output()).not.toContain("hunter2");
  expect(output()).not.toContain(RUN_SECRET);
});

it("the error that run() rejects with, and the state's reason, are masked", async () => {
  const output = captured();
  const events: ManagerEvent[] = [];
  const transport = {
    connect: () => Promise.reject(Object.assign(new Error(`no ${SECRET}`), { code: "config" })),
  };
  const manager = createDriverManager({
    driver: createDriver({ name: "deploy", resources: ["workflow"], reconcile() {} }),
    transport: { ...createMemoryTransport(), ...transport },
    secrets: [SECRET],
    handleSignals: false,
    onEvent: (event) => void events.push(event),
  });
  await expect(manager.run()).rejects.toThrow("no ***");
  expect(events.at(-1)).toMatchObject({ type: "state", state: "failed", reason: "no ***" });
  expect(output()).not.toContain("hunter2");
});
