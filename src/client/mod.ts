/**
 * The REST API of a Conveyor server: the client, its helpers and its types, for scripts that run no driver.
 *
 * @example Starts a run and follows its log
 * ```ts
 * import { createClient } from "@conveyor/driver/client";
 *
 * const client = createClient({ host: "ci.example.com" });
 * const { runId } = await client.createResource({ name: "web", resource: "workflow", spec: {} });
 * const signal = AbortSignal.timeout(60_000);
 * for await (const { message } of client.streamLogs({ runId, signal })) console.log(message);
 * ```
 *
 * @module
 */

export type { Credentials } from "../credentials/credentials.ts";
export {
  ConfigError,
  ConnectionError,
  ConveyorError,
  type ConveyorErrorOptions,
  TimeoutError,
} from "../errors.ts";
export type { BroadcastMessage } from "../protocol/broadcast.ts";
export type { CreateResourceResult, ResourceInput } from "../protocol/create_resource.ts";
export type { Health } from "../protocol/health.ts";
export { type LogEntry, logEntryTime } from "../protocol/log_entry.ts";
export type { Pipeline, PipelineInput, PipelineStep } from "../protocol/pipeline.ts";
export type { Resource } from "../protocol/resource.ts";
export type {
  JsonSchema,
  ResourceDefinition,
  ResourceDefinitionInput,
} from "../protocol/resource_definition.ts";
export { type DriverResult, readResults } from "../protocol/result.ts";
export type { ProtocolVersion } from "../protocol/subjects.ts";
export type { Client } from "./client.ts";
export { createClient } from "./create_client.ts";
export {
  ApiError,
  type ApiErrorDetails,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "./errors.ts";
export {
  createOrUpdateResource,
  type CreateOrUpdateResult,
} from "./helpers/create_or_update_resource.ts";
export { ensureDefinitions, type WantedDefinitions } from "./helpers/ensure_definitions.ts";
export { runResource, type RunResourceOptions } from "./helpers/run_resource.ts";
export { type RunOutcome, waitForRun, type WaitForRunOptions } from "./helpers/wait_for_run.ts";
export type { CreateLogInput, LogFilter, StreamLogsOptions } from "./log_options.ts";
export { streamLogsV1, type StreamLogsV1Options } from "./logs/stream_logs_v1.ts";
export type {
  CallOptions,
  ClientOptions,
  ClientRequest,
  ClientResponse,
  FetchLike,
  RetryOptions,
} from "./options.ts";
