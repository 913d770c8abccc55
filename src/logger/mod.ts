/**
 * Logging outside of a manager and by hand: the sinks, masking of secrets, and capture of the console. A run's logger is
 * created by `createLogger` of `@conveyor/driver`.
 *
 * @example Storing the lines of a run on the server and in Loki
 * ```ts
 * import { createLogger } from "@conveyor/driver";
 * import { consoleSink, conveyorSink, lokiSink } from "@conveyor/driver/logging";
 * import { connectBroker } from "@conveyor/driver/transport";
 *
 * await using connection = await connectBroker({ servers: ["nats://localhost:4222"] });
 * await using loki = lokiSink({ endpoint: "http://localhost:3100" });
 * await using logger = createLogger({
 *   driver: "deploy",
 *   runId: "6f1c2a90",
 *   sinks: [conveyorSink({ connection }), loki, consoleSink({ level: "warn" })],
 *   secrets: ["hunter2-hunter2"],
 * });
 * logger.info("deploying", { region: "eu-west-1" });
 * ```
 *
 * @module
 */

export { captureConsole, currentLogger } from "./capture_console.ts";
export { createMasker, type Masker, type MaskerOptions } from "./masking/masker.ts";
export type { EndOfLog, EndOutcome } from "../protocol/logs/end_of_log.ts";
export type { LogRecord, LogSink, TraceIds } from "./record.ts";
export type { SinkStats, SinkTotals } from "./sink_stats.ts";
export { type ConsoleHost, consoleSink, type ConsoleSinkOptions } from "./sinks/console_sink.ts";
export { conveyorSink, type ConveyorSinkOptions } from "./sinks/conveyor_sink.ts";
export { defaultSinks, type DefaultSinksOptions } from "./sinks/default_sinks.ts";
export type { LokiPushOptions } from "./sinks/loki_push.ts";
export { lokiSink, type LokiSinkOptions } from "./sinks/loki_sink.ts";
export { type MemorySink, memorySink } from "./sinks/memory_sink.ts";

// Types that these name
export type { ConnectionError, ConveyorError } from "../errors.ts";
export type { LogDetails, Logger, WritableOptions } from "./logger.ts";
export type { Labels, LogLevel } from "./record.ts";
export type { ProtocolVersion } from "../protocol/subjects.ts";
export type { Authenticator, ConnectAuth } from "../transport/auth.ts";
export type { PullLostError, PullLostReason } from "../transport/errors.ts";
export type * from "../transport/transport.ts";
