/** The types that signatures of several entries name: each entry exports them, so that one import is enough. @module */

export type { BackoffOptions } from "./async/backoff.ts";
export type { Client } from "./client/client.ts";
export type { RunOutcome } from "./client/helpers/run_progress.ts";
export type { CreateLogInput, LogFilter, StreamLogsOptions } from "./client/log_options.ts";
export type {
  CallOptions,
  ClientRequest,
  ClientResponse,
  FetchLike,
  RetryOptions,
} from "./client/options.ts";
export type { Credentials } from "./credentials/credentials.ts";
export type {
  DataOf,
  Driver,
  DriverDefinition,
  Reconcile,
  ReconcileResult,
  ResultsOf,
} from "./driver.ts";
export type { JsonValue } from "./encoding/json.ts";
export type { ConnectionError, ConveyorError } from "./errors.ts";
export type { LogDetails, Logger, WritableOptions } from "./logger/logger.ts";
export type { Masker } from "./logger/masking/masker.ts";
export type { Labels, LogLevel, LogRecord, LogSink, TraceIds } from "./logger/record.ts";
export type { SinkStats, SinkTotals } from "./logger/sink_stats.ts";
export type { DriverManager } from "./manager/driver_manager.ts";
export type * from "./manager/events.ts";
export type { JournalOptions } from "./manager/journal_options.ts";
export type {
  ObservabilityOptions,
  ObservabilityServer,
  RunLogLevel,
} from "./manager/observability_options.ts";
export type { DriverManagerOptions } from "./manager/options.ts";
export type { DriverStats, ManagerStats } from "./manager/stats.ts";
export type { BroadcastMessage } from "./protocol/broadcast.ts";
export type { Capabilities } from "./protocol/capabilities.ts";
export type { Health } from "./protocol/health.ts";
export type { EndOfLog, EndOutcome } from "./protocol/logs/end_of_log.ts";
export type { LogEntry } from "./protocol/logs/log_entry.ts";
export type { Pipeline, PipelineInput, PipelineStep } from "./protocol/pipeline.ts";
export type {
  CreateResourceResult,
  ResourceInput,
  ResourceUpdate,
} from "./protocol/resources/create_resource.ts";
export type { Resource } from "./protocol/resources/resource.ts";
export type {
  JsonSchema,
  ResourceDefinition,
  ResourceDefinitionInput,
} from "./protocol/resources/resource_definition.ts";
export type { Deletion, UpdatedResource } from "./protocol/resources/resource_run.ts";
export type { DriverResult } from "./protocol/result.ts";
export type { ProtocolVersion } from "./protocol/subjects.ts";
export type { EarlierResults, ReconcileContext } from "./reconcile.ts";
export type * from "./standard_schema.ts";
export type { Metric, Sample } from "./telemetry/prometheus.ts";
export type * from "./telemetry/telemetry.ts";
export type { Authenticator, ConnectAuth } from "./transport/auth.ts";
export type { PullLostError, PullLostReason } from "./transport/errors.ts";
export type * from "./transport/transport.ts";
