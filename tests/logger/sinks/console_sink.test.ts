import { describe, expect, it } from "vitest";
import { consoleSink, type ConsoleSinkOptions } from "../../../src/logger/sinks/console_sink.ts";
import type { LogRecord } from "../../../src/logger/record.ts";

const RECORD: LogRecord = {
  driver: "deploy",
  runId: "6f1c2a90-0000-4000-8000-000000000000",
  pipeline: "",
  event: "create",
  messageId: "",
  level: "warn",
  timestamp: "2026-11-23T18:20:01.123456000Z",
  message: "careful",
  labels: { region: "eu", note: "two words" },
};

function shown(
  options: Omit<ConsoleSinkOptions, "host">,
  { env = {}, terminal = false }: { env?: Record<string, string>; terminal?: boolean } = {},
  records: Partial<LogRecord>[] = [{}],
): string[] {
  const lines: string[] = [];
  const host = {
    env: (name: string) => env[name],
    isTerminal: () => terminal,
    writeOut: (text: string) => void lines.push(text),
  };
  const sink = consoleSink({ ...options, host });
  for (const record of records) void sink({ ...RECORD, ...record });
  return lines;
}

describe("a line on the console", () => {
  it("is one JSON object without a terminal", () => {
    const [line] = shown({});
    expect(line?.endsWith("\n")).toBe(true);
    expect(JSON.parse(line!)).toEqual({
      timestamp: RECORD.timestamp,
      level: "warn",
      driver: "deploy",
      runId: RECORD.runId,
      event: "create",
      message: "careful",
      labels: { region: "eu", note: "two words" },
    });
  });

  it("is readable and colored on a terminal", () => {
    const [line] = shown({}, { terminal: true });
    // deno-lint-ignore no-control-regex
    expect(line).toMatch(/^\x1b\[2m18:20:01\.123\x1b\[0m \x1b\[33mWARN \x1b\[0m /);
    // deno-lint-ignore no-control-regex
    expect(line?.replace(/\x1b\[\d+m/g, ""))
      .toBe('18:20:01.123 WARN  deploy 6f1c2a90  careful region=eu note="two words"\n');
  });

  it("is colored according to NO_COLOR, FORCE_COLOR and the option", () => {
    const colored = (
      options: Omit<ConsoleSinkOptions, "host">,
      where: { env?: Record<string, string>; terminal?: boolean },
    ) => shown({ format: "pretty", ...options }, where)[0]!.includes("\x1b[");
    expect(colored({}, { terminal: true })).toBe(true);
    expect(colored({}, { terminal: false })).toBe(false);
    expect(colored({}, { terminal: true, env: { NO_COLOR: "1" } })).toBe(false);
    expect(colored({}, { terminal: true, env: { NO_COLOR: "" } })).toBe(true);
    expect(colored({}, { terminal: false, env: { FORCE_COLOR: "1" } })).toBe(true);
    expect(colored({}, { terminal: true, env: { FORCE_COLOR: "0" } })).toBe(false);
    expect(colored({}, { terminal: false, env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).toBe(false);
    expect(colored({ colors: true }, { terminal: false, env: { NO_COLOR: "1" } })).toBe(true);
  });

  it("is written from the least level on", () => {
    const all: Partial<LogRecord>[] = [
      { level: "debug" },
      { level: "info" },
      { level: "warn" },
      { level: "error" },
    ];
    const count = (options: Omit<ConsoleSinkOptions, "host">, env = {}) =>
      shown(options, { env }, all).length;
    expect(count({})).toBe(3);
    expect(count({ level: "debug" })).toBe(4);
    expect(count({ level: "off" })).toBe(0);
    expect(count({}, { CONVEYOR_LOG_LEVEL: "error" })).toBe(1);
    expect(count({ level: "warn" }, { CONVEYOR_LOG_LEVEL: "error" })).toBe(2);
  });

  it("has the format of the option or of the environment", () => {
    expect(shown({ format: "json" }, { terminal: true })[0]).toMatch(/^\{/);
    expect(shown({}, { terminal: true, env: { CONVEYOR_LOG_FORMAT: "json" } })[0]).toMatch(/^\{/);
    expect(shown({ format: "pretty" })[0]).toMatch(/^18:20/);
  });

  it("is passed to the write option", () => {
    const lines: string[] = [];
    void consoleSink({ format: "json", write: (text) => void lines.push(text) })(RECORD);
    expect(lines.length).toBe(1);
  });
});

describe("consoleSink", () => {
  it("names the invalid setting", () => {
    expect(() => shown({}, { env: { CONVEYOR_LOG_LEVEL: "loud" } })).toThrow("CONVEYOR_LOG_LEVEL");
    expect(() => shown({ format: "xml" as "json" })).toThrow(/format.*pretty or json/);
  });
});
