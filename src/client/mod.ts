/**
 * Starts runs, follows their logs and reads their results over the REST API of a Conveyor server.
 *
 * ```ts
 * import { createClient, ensureDefinitions, runResource } from "@conveyor/driver/client";
 *
 * const client = createClient({ host: "localhost", port: 8080 });
 *
 * await ensureDefinitions(client, {
 *   definitions: [{ name: "workflow", schema: { type: "object", required: ["region"] } }],
 *   pipelines: [{ name: "ship", resource: "workflow", steps: ["build", "deploy"] }],
 * });
 *
 * const { success, failedDriver } = await runResource(
 *   client,
 *   { name: "web", resource: "workflow", pipeline: "ship", spec: { region: "eu" } },
 *   {
 *     steps: ["build", "deploy"],
 *     onLog: ({ driver, message }) => console.log(`${driver}: ${message}`),
 *   },
 * );
 * console.log(success ? "shipped" : `${failedDriver} failed`);
 * ```
 *
 * This entry is complete for programs that only use the API. It contains no code of NATS, and runs on Node, Deno, Bun, at the
 * edge and in browsers.
 *
 * @module
 */

// The client and its calls.
export { createClient } from "./create_client.ts";
export type { Client } from "./client.ts";
export type {
  CallOptions,
  ClientOptions,
  ClientRequest,
  ClientResponse,
  FetchLike,
  RetryOptions,
} from "./options.ts";
export type { CreateLogInput, LogFilter, StreamLogsOptions } from "./log_options.ts";
export type { Credentials } from "../credentials/credentials.ts";

// Functions over a client.
export {
  createOrUpdateResource,
  type CreateOrUpdateResult,
} from "./helpers/create_or_update_resource.ts";
export { ensureDefinitions, type WantedDefinitions } from "./helpers/ensure_definitions.ts";
export { isWholeLog } from "./helpers/is_whole_log.ts";
export {
  runResource,
  type RunResourceOptions,
  type RunResourceOutcome,
} from "./helpers/run_resource.ts";
export {
  streamWholeLog,
  type StreamWholeLogOptions,
  type WholeLog,
} from "./helpers/stream_whole_log.ts";
export { waitForDeletion, type WaitForDeletionOptions } from "./helpers/wait_for_deletion.ts";
export type { RunOutcome } from "./helpers/run_progress.ts";
export { waitForRun, type WaitForRunOptions } from "./helpers/wait_for_run.ts";
export { streamLogsV1, type StreamLogsV1Options } from "./logs/stream_logs_v1.ts";

// What the API takes and returns.
export type { BroadcastMessage } from "../protocol/broadcast.ts";
export type { Capabilities } from "../protocol/capabilities.ts";
export type {
  CreateResourceResult,
  ResourceInput,
  ResourceUpdate,
} from "../protocol/resources/create_resource.ts";
export type { JsonValue } from "../encoding/json.ts";
export type { Health } from "../protocol/health.ts";
export { type LogEntry, logEntryTime } from "../protocol/logs/log_entry.ts";
export type { Pipeline, PipelineInput, PipelineStep, TypedSteps } from "../protocol/pipeline.ts";
export type { Resource } from "../protocol/resources/resource.ts";
export type { Deletion, UpdatedResource } from "../protocol/resources/resource_run.ts";
export type {
  JsonSchema,
  ResourceDefinition,
  ResourceDefinitionInput,
} from "../protocol/resources/resource_definition.ts";
export { type DriverResult, readResults } from "../protocol/result.ts";
export type { ProtocolVersion } from "../protocol/subjects.ts";

// Errors.
export {
  ApiError,
  type ApiErrorDetails,
  ConflictError,
  NotFoundError,
  UnauthorizedError,
  ValidationError,
} from "./errors.ts";
export {
  ConfigError,
  ConnectionError,
  ConveyorError,
  type ConveyorErrorOptions,
  TimeoutError,
} from "../errors.ts";
