/**
 * The driver runtime of Conveyor CI for JavaScript and TypeScript.
 *
 * @module
 */

export type { Client } from "./src/client/client.ts";
export type { BackoffOptions } from "./src/async/backoff.ts";
export { createClient } from "./src/client/create_client.ts";
export {
  createOrUpdateResource,
  type CreateOrUpdateResult,
} from "./src/client/helpers/create_or_update_resource.ts";
export {
  ensureDefinitions,
  type WantedDefinitions,
} from "./src/client/helpers/ensure_definitions.ts";
export {
  ApiError,
  type ApiErrorDetails,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "./src/client/errors.ts";
export type { CreateLogInput, LogFilter, StreamLogsOptions } from "./src/client/log_options.ts";
export type {
  CallOptions,
  ClientOptions,
  ClientRequest,
  ClientResponse,
  FetchLike,
} from "./src/client/options.ts";
export type { RetryOptions } from "./src/client/options.ts";
export { runResource, type RunResourceOptions } from "./src/client/helpers/run_resource.ts";
export type { BroadcastMessage } from "./src/protocol/broadcast.ts";
export { streamLogsV1, type StreamLogsV1Options } from "./src/client/logs/stream_logs_v1.ts";
export {
  type RunOutcome,
  waitForRun,
  type WaitForRunOptions,
} from "./src/client/helpers/wait_for_run.ts";
export type { Credentials } from "./src/credentials/credentials.ts";
export {
  createDriver,
  type Driver,
  type DriverDefinition,
  type Reconcile,
  type ReconcileResult,
} from "./src/driver.ts";
export {
  ConfigError,
  ConnectionError,
  ConveyorError,
  type ConveyorErrorOptions,
  NonRetryableError,
  RetryAfterError,
  TimeoutError,
} from "./src/errors.ts";
export { createDriverManager, type DriverManager } from "./src/manager/driver_manager.ts";
export type {
  DeadLetter,
  ManagerEvent,
  PoisonMessage,
  RunEnd,
  RunRef,
} from "./src/manager/events.ts";
export type { DriverManagerOptions, JournalOptions } from "./src/manager/options.ts";
export type { ManagerState } from "./src/manager/lifecycle/state_machine.ts";
export type { DriverStats, ManagerStats } from "./src/manager/stats.ts";
export { captureConsole, currentLogger } from "./src/logger/capture_console.ts";
export {
  type ConsoleHost,
  consoleSink,
  type ConsoleSinkOptions,
} from "./src/logger/sinks/console_sink.ts";
export { conveyorSink, type ConveyorSinkOptions } from "./src/logger/sinks/conveyor_sink.ts";
export { createLogger, type LoggerOptions } from "./src/logger/create_logger.ts";
export { defaultSinks, type DefaultSinksOptions } from "./src/logger/sinks/default_sinks.ts";
export type { LongForm } from "./src/logger/masking/fragments.ts";
export type { LogDetails, Logger, WritableOptions } from "./src/logger/logger.ts";
export type { LokiPushOptions } from "./src/logger/sinks/loki_push.ts";
export { lokiSink, type LokiSinkOptions } from "./src/logger/sinks/loki_sink.ts";
export { createMasker, type Masker, type MaskerOptions } from "./src/logger/masking/masker.ts";
export { type MemorySink, memorySink } from "./src/logger/sinks/memory_sink.ts";
export type { Labels, LogLevel, LogRecord, LogSink } from "./src/logger/record.ts";
export type { SinkStats, SinkTotals } from "./src/logger/sink_stats.ts";
export type { Span } from "./src/logger/masking/multi_pattern_search.ts";
export type { CreateResourceResult, ResourceInput } from "./src/protocol/create_resource.ts";
export type { Health } from "./src/protocol/health.ts";
export { type LogEntry, logEntryTime } from "./src/protocol/log_entry.ts";
export type { Pipeline, PipelineInput, PipelineStep } from "./src/protocol/pipeline.ts";
export type { Resource } from "./src/protocol/resource.ts";
export type {
  JsonSchema,
  ResourceDefinition,
  ResourceDefinitionInput,
} from "./src/protocol/resource_definition.ts";
export { type DriverResult, readResults } from "./src/protocol/result.ts";
export type { ProtocolVersion } from "./src/protocol/subjects.ts";
export type { ReconcileContext } from "./src/reconcile.ts";
export { type Clock } from "./src/transport/clock.ts";
export { connectBroker } from "./src/transport/connect.ts";
export {
  ConsumerConflictError,
  NoStreamError,
  PayloadTooLargeError,
  PullLostError,
  type PullLostReason,
  TlsError,
  type TlsFailureReason,
  WrongSequenceError,
} from "./src/transport/errors.ts";
export {
  createMemoryTransport,
  type MemoryTransport,
  type MemoryTransportOptions,
} from "./src/transport/memory_transport.ts";
export type {
  Connection,
  ConnectionStatus,
  ConnectOptions,
  ConsumerConfig,
  ConsumerInfo,
  CoreMessage,
  Delivery,
  KeyValue,
  KeyValueEntry,
  KeyValueOptions,
  PublishConfirmation,
  PublishOptions,
  Pull,
  PullHandlers,
  StreamConfig,
  StreamInfo,
  Subscription,
  TlsMaterial,
  Transport,
} from "./src/transport/transport.ts";
export {
  createWebSocketTransport,
  type WebSocketTransportOptions,
} from "./src/transport/websocket_transport.ts";
