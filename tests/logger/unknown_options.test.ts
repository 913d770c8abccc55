import { describe, expect, it } from "vitest";
import { createMasker, type MaskerOptions } from "../../src/logger/masking/masker.ts";
import { createLogger, type LoggerOptions } from "../../src/logger/create_logger.ts";
import { consoleSink, type ConsoleSinkOptions } from "../../src/logger/sinks/console_sink.ts";
import { conveyorSink, type ConveyorSinkOptions } from "../../src/logger/sinks/conveyor_sink.ts";
import { lokiSink, type LokiSinkOptions } from "../../src/logger/sinks/loki_sink.ts";
import { host } from "../../src/runtime/detect.ts";

const connection = {
  maxPayload: 1000,
  publish() {},
  publishConfirmed: () => Promise.resolve({ stream: "s", sequence: 1, duplicate: false }),
};

/** All options of each function, so that one that is added is known to it. */
const logger: Required<LoggerOptions> = {
  driver: "deploy",
  runId: "1",
  pipeline: "ship",
  event: "create",
  messageId: "1",
  labels: {},
  sinks: [],
  secrets: [],
  masker: createMasker(),
  maxBufferedLines: 1,
  maxBufferedSize: 1,
  flushTimeoutMs: 1,
  onSinkError() {},
  totals: { count() {} } as never,
};
const console: Required<ConsoleSinkOptions> = {
  level: "info",
  format: "json",
  colors: false,
  write() {},
  host: host(),
};
const conveyor: Required<ConveyorSinkOptions> = {
  connection,
  window: 1,
  timeoutMs: 1,
  labelsInMessage: true,
  live: true,
};
const loki: Required<Omit<LokiSinkOptions, "basicAuth">> = {
  endpoint: "http://localhost:3100",
  tenant: "ci",
  bearerToken: "a-token",
  gzip: false,
  fetch,
  requestTimeoutMs: 1,
  connection,
  streamLabels: {},
  batchLines: 1,
  batchSize: 1,
  batchMs: 1,
  timeoutMs: 1,
  maxLineBytes: 1000,
  structuredMetadata: true,
  runIdLabel: false,
};
const masker: Required<MaskerOptions> = { secrets: [], parent: createMasker() };

const takes: [string, (options: never) => unknown, object, wrong: string, meant: string][] = [
  ["createLogger", createLogger, logger, "runid", "runId"],
  ["consoleSink", consoleSink, console, "colours", "colors"],
  ["conveyorSink", conveyorSink, conveyor, "windows", "window"],
  ["lokiSink", lokiSink, loki, "endPoint", "endpoint"],
  ["lokiSink", lokiSink, loki, "maxLineSize", "maxLineBytes"],
  ["createMasker", createMasker, masker, "secret", "secrets"],
];

describe("an unknown option is refused with the nearest right name", () => {
  it.each(takes)("%s", (_, create, options, wrong, meant) => {
    expect(() => create(options as never)).not.toThrow();
    expect(() => create({ ...options, [wrong]: 1 } as never)).toThrow(
      expect.objectContaining({
        code: "config",
        field: expect.stringContaining(wrong),
        message: expect.stringMatching(`${wrong} is not an option; use .*${meant}`),
      }),
    );
  });

  it("and so are options that are no object", () => {
    for (const [, create] of takes.slice(0, 4)) {
      expect(() => create(null as never)).toThrow(expect.objectContaining({ code: "config" }));
    }
  });
});
