import {
  createDriver,
  createDriverManager,
  type DriverDefinition,
  type DriverManagerOptions,
} from "@conveyor/driver";
import { createDevServer } from "@conveyor/driver/dev";
import { createLogger, type LoggerOptions } from "../src/logger/create_logger.ts";
import { createMemoryTransport } from "@conveyor/driver/transport";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => void vi.unstubAllEnvs());

const definition = { name: "deploy", resources: ["workflow"], reconcile() {} };
const driver = createDriver(definition);
const manager = (options: object) =>
  createDriverManager(options as unknown as DriverManagerOptions);
const refused = (message: string | RegExp, field?: string) =>
  expect.objectContaining({
    code: "config",
    message: typeof message === "string" ? message : expect.stringMatching(message),
    ...(field !== undefined && { field }),
  });

describe("an option that there is not is refused with the name that is meant", () => {
  it.each<[string, string]>([
    ["concurency", "concurrency"],
    ["timeout", "timeoutMs"],
    ["natsUrl", "servers"],
    ["server", "servers"],
    ["onevent", "onEvent"],
    ["MaxAttempts", "maxAttempts"],
    ["hookTimeout", "hookTimeoutMs"],
  ])("of a manager: %s", (wrong, right) => {
    expect(() => manager({ driver, [wrong]: 1 })).toThrow(
      refused(`${wrong} is not an option; use ${right}`, wrong),
    );
  });

  it("of a driver, a back-off, a journal", () => {
    const given = { ...definition, resource: ["workflow"] } as unknown as DriverDefinition;
    expect(() => createDriver(given)).toThrow(refused("resource is not an option; use resources"));
    expect(() => manager({ driver, backoff: { max: 1 } })).toThrow(
      refused("backoff.max is not an option; use maxMs", "backoff.max"),
    );
    expect(() => manager({ driver, journal: { ttl: 1 } })).toThrow(
      refused("journal.ttl is not an option; use ttlMs"),
    );
  });

  it("with all names when none is close, unless its value is undefined", () => {
    expect(() => manager({ driver, backoff: { zebra: 1 } })).toThrow(
      refused("backoff.zebra is not an option; use initialMs, maxMs, factor, jitter"),
    );
    expect(() => manager({ driver, zebra: undefined })).not.toThrow();
  });
});

describe("what is no object, and what is no list, is refused as such", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "a manager of nothing",
      () => manager(undefined as never),
      /options must be an object, got undefined/,
    ],
    ["a manager of null", () => manager(null as never), /options must be an object, got null/],
    ["drivers that are one", () => manager({ drivers: driver }), /drivers must be a list/],
    [
      "secrets that are a text",
      () => manager({ driver, secrets: "abcd" }),
      /secrets must be a list of texts/,
    ],
    [
      "secrets with a number",
      () => manager({ driver, secrets: [7] }),
      /secrets must be a list of texts/,
    ],
    [
      "a logger of nothing",
      () => createLogger(undefined as unknown as LoggerOptions),
      /options must be an object/,
    ],
    ["a server of a text", () => createDevServer("x" as never), /options must be an object/],
  ])("%s", (_, work, message) => expect(work).toThrow(refused(message)));
});

it("all that is wrong is in one error when the manager is made, the environment and files too", () => {
  vi.stubEnv("CONVEYOR_LOG_LEVEL", "verbose");
  vi.stubEnv("CONVEYOR_SERVER_PORT", "80a");
  vi.stubEnv("LOKI_ENDPOINT", "loki:3100");
  vi.stubEnv("CONVEYOR_CERT_FILE", "/nowhere/cert.pem");
  vi.stubEnv("CONVEYOR_KEY_FILE", "/nowhere/key.pem");
  const transport = createMemoryTransport();
  let error: unknown;
  try {
    manager({ driver, transport, concurrency: 0, ackWaitMs: 1 });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ name: "ConfigError", field: "concurrency" });
  const { message } = error as Error;
  expect(message).toMatch(/^6 options or settings are invalid: concurrency must be/);
  for (
    const part of [
      "ackWaitMs must be",
      'CONVEYOR_LOG_LEVEL must be debug or info or warn or error or off, got "verbose"',
      "CONVEYOR_SERVER_PORT must be",
      "LOKI_ENDPOINT must be",
      "cannot read the file /nowhere/cert.pem",
    ]
  ) expect(message).toContain(part);
});
