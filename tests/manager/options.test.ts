import {
  ConfigError,
  createDriver,
  createDriverManager,
  type DriverDefinition,
  type DriverManagerOptions,
} from "@conveyor/driver";
import { describe, expect, it } from "vitest";

const good: DriverDefinition = { name: "deploy", resources: ["workflow"], reconcile() {} };

function refusal(make: () => unknown): ConfigError {
  try {
    make();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("createDriver refuses", () => {
  it.each<[string, unknown, string, string]>([
    [
      "no name",
      { name: undefined },
      "name",
      "name must be a text that is not empty, got undefined",
    ],
    [
      "an empty name",
      { name: "" },
      "name",
      "name must be a text that is not empty, got an empty one",
    ],
    [
      "a name that cannot be a durable",
      { name: "deploy.prod" },
      "name",
      `name: "deploy.prod" cannot be a driver name, because it becomes the name of the durable consumer and may not hold "."; use letters, digits, "-" and "_"`,
    ],
    [
      "no resources",
      { resources: undefined },
      "resources",
      `resources must be a list of at least one resource type, for example ["workflow"], got undefined`,
    ],
    [
      "an empty list of resources",
      { resources: [] },
      "resources",
      `resources must be a list of at least one resource type, for example ["workflow"], got an empty array`,
    ],
    [
      "a resource type that cannot be a token",
      { resources: ["work flow"] },
      "resources",
      `resources: "work flow" cannot be a resource type, because it becomes a token of a NATS subject and may not hold " "; use letters, digits, "-" and "_"`,
    ],
    [
      "no reconcile",
      { reconcile: undefined },
      "reconcile",
      "reconcile must be a function, got undefined",
    ],
    [
      "events that are no list",
      { events: "create" },
      "events",
      `events must be a list of event names, for example ["create"], or undefined for every event, got a value of type string`,
    ],
    [
      "a spec that is no Standard Schema",
      { spec: { type: "object" } },
      "spec",
      "spec must be a Standard Schema (zod 3.24 or newer, valibot 1, arktype 2, …) or undefined, got a value of type object",
    ],
    [
      "a time-out of nothing",
      { timeoutMs: 0 },
      "timeoutMs",
      "timeoutMs must be a number of milliseconds above 0, got 0",
    ],
    [
      "an option of another name",
      { timeout: 1000 },
      "timeout",
      "timeout is not an option; use timeoutMs",
    ],
    [
      "half an attempt",
      { maxAttempts: 0.5 },
      "maxAttempts",
      "maxAttempts must be a whole number of at least 1, got 0.5",
    ],
    [
      "a back-off that shrinks",
      { backoff: { factor: 0.5 } },
      "backoff.factor",
      "backoff.factor must be a number of at least 1, got 0.5",
    ],
  ])("%s", (_, bad, field, message) => {
    const error = refusal(() => createDriver({ ...good, ...(bad as object) }));
    expect(error.message).toBe(message);
    expect(error.field).toBe(field);
    expect(error.code).toBe("config");
  });
});

describe("createDriverManager refuses", () => {
  const driver = createDriver(good);
  it.each<[string, unknown, string]>([
    [
      "no driver",
      {},
      "cannot create a manager: pass either driver or drivers; create a driver with createDriver({ name, resources, reconcile })",
    ],
    [
      "an empty list of drivers",
      { drivers: [] },
      "drivers must be a list of at least one driver, got an empty array",
    ],
    [
      "a driver that is none",
      { driver: null },
      "driver must be a driver created by createDriver(), got null",
    ],
    [
      "drivers that are no list",
      { drivers: driver },
      "drivers must be a list of at least one driver, got a value of type object",
    ],
    [
      "two drivers of one name",
      { drivers: [driver, driver] },
      `drivers must have distinct names, because each name is one durable consumer, got "deploy" twice`,
    ],
    [
      "a URL scheme that no transport speaks",
      { driver, servers: "http://localhost:4222" },
      `servers must be one or more URLs with a host and one of the schemes nats: tls: ws: wss: memory:, with / @ and , in a password as %2F %40 and %2C, got "http://localhost:4222"; pass another servers, or set NATS_URL`,
    ],
    [
      "no slots",
      { driver, concurrency: 0 },
      "concurrency must be a whole number of at least 1, got 0",
    ],
    [
      "a lease of nothing",
      { driver, ackWaitMs: 10 },
      "ackWaitMs must be a whole number of milliseconds from 1000 to 3153600000000, got 10",
    ],
    [
      "a bucket's name that is none",
      { driver, journal: { bucket: "a.b" } },
      `journal.bucket must be a name of letters, digits, "-" and "_", got "a.b"`,
    ],
  ])("%s", (_, options, message) => {
    expect(refusal(() => createDriverManager(options as DriverManagerOptions)).message).toBe(
      message,
    );
  });

  it("shows no password of a refused URL", () => {
    const error = refusal(() =>
      createDriverManager({ driver, servers: "amqp://user:hunter2@localhost" })
    );
    expect(error.message).not.toContain("hunter2");
  });
});
