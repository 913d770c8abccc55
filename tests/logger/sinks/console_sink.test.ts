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

/** The record's time where the reader is. */
const TIME = new Date("2026-11-23T18:20:01Z").toTimeString().slice(0, 8);

// deno-lint-ignore no-control-regex
const withoutColors = (text: string) => text.replace(/\x1b\[\d+m/g, "");

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
    expect(line).toMatch(/^\x1b\[2m\d\d:\d\d:\d\d\x1b\[0m \x1b\[33mWARN \x1b\[0m \x1b\[\d+mdeploy/);
    expect(withoutColors(line!))
      .toBe(`${TIME} WARN  deploy 6f1c2a90 careful region=eu note="two words"\n`);
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
    expect(shown({ format: "pretty" })[0]).toMatch(/^\d\d:\d\d:\d\d WARN/);
  });

  it("is aligned with the others, each driver in its color", () => {
    const lines = shown({ colors: true, format: "pretty" }, {}, [
      { driver: "a", level: "info" },
      { driver: "compile", runId: "r1", message: "one\ntwo", labels: {} },
      { driver: "a", runId: "", labels: {} },
    ]);
    expect(lines.map(withoutColors)).toEqual([
      `${TIME} INFO  a 6f1c2a90 careful region=eu note="two words"\n`,
      `${TIME} WARN  compile r1       one\n                      │ two\n`,
      `${TIME} WARN  a                careful\n`,
    ]);
    // deno-lint-ignore no-control-regex
    const colorOf = (line: string) => /\x1b\[(\d+)m(?:a|compile)/.exec(line)?.[1];
    const [first, second, third] = lines.map(colorOf);
    expect([first, second === first]).toEqual([third, false]);
  });

  it("marks the beginning and the end of a run", () => {
    const own = { conveyor: "run" };
    const end = { message: "disk full", durationMs: 3210, entries: 3 };
    const lines = shown({ colors: false, format: "pretty" }, {}, [
      { level: "info", message: "attempt 1 of 5 started", labels: own },
      { level: "info", labels: own, end: { ...end, outcome: "succeeded", message: "" } },
      { level: "error", labels: own, end: { ...end, outcome: "failed" } },
      { level: "warn", labels: own, end: { ...end, outcome: "retried" } },
    ]);
    expect(lines.map((line) => line.slice(`${TIME} INFO  deploy 6f1c2a90 `.length))).toEqual([
      "▸ attempt 1 of 5 started\n",
      "✓ succeeded 3.2 s\n",
      "✗ disk full 3.2 s\n",
      "↻ disk full 3.2 s\n",
    ]);
  });

  it("has no control characters of others, nor lines that they forge", () => {
    const evil = "a\r\nb\x1b]0;title\x07\x1b[2J\x9b2J\u202eabc\u2028d\rforged";
    const record = {
      message: evil,
      labels: { x: "1\n2\x1b[2J" },
      driver: "d\ne",
      runId: "r\x1b[2J",
    };
    const plain = shown({ colors: false, format: "pretty" }, {}, [record])[0]!;
    // deno-lint-ignore no-control-regex
    expect(plain).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
    const further = plain.split("\n").slice(1, -1);
    expect(further.length).toBeGreaterThan(0);
    expect(further.every((line) => /^ +│ /.test(line))).toBe(true);
    const json = shown({ format: "json" }, {}, [record])[0]!;
    // deno-lint-ignore no-control-regex
    expect(json).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
    expect(JSON.parse(json).message).toBe(evil);
  });

  it("keeps the colors of a program's output where there are colors, up to its end", () => {
    const [line] = shown({ colors: true, format: "pretty" }, {}, [
      { message: "\x1b[31mred\x1b[8mhidden", labels: {} },
    ]);
    // deno-lint-ignore no-control-regex
    expect(line).toMatch(/ \x1b\[31mredhidden\x1b\[0m\n$/);
    const [plain] = shown({ colors: false, format: "pretty" }, {}, [
      { message: "\x1b[31mred\x1b[0m", labels: {} },
    ]);
    expect(plain).toMatch(/ red\n$/);
  });

  it("names its trace as JSON", () => {
    const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
    expect(JSON.parse(shown({ format: "json" }, {}, [{ trace }])[0]!))
      .toMatchObject({ trace_id: trace.traceId, span_id: trace.spanId });
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
