/**
 * The driver runtime of Conveyor CI for JavaScript and TypeScript.
 *
 * @module
 */

export type { Client } from "./src/client/client.ts";
export { createClient } from "./src/client/create_client.ts";
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
export type { RetryOptions } from "./src/client/retry.ts";
export type {
  BroadcastMessage,
  EnsureInput,
  Health,
  RunOutcome,
  RunResourceOptions,
  WaitForRunOptions,
} from "./src/client/run_options.ts";
export type { Credentials } from "./src/credentials/credentials.ts";
export {
  ConfigError,
  ConnectionError,
  ConveyorError,
  type ConveyorErrorOptions,
  NonRetryableError,
  RetryAfterError,
  TimeoutError,
} from "./src/errors.ts";
export type { CreateResourceResult, ResourceInput } from "./src/protocol/create_resource.ts";
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
export { type Clock } from "./src/transport/clock.ts";
export {
  ConsumerConflictError,
  NoStreamError,
  PayloadTooLargeError,
  PullLostError,
  type PullLostReason,
  WrongSequenceError,
} from "./src/transport/errors.ts";
export {
  createMemoryTransport,
  type MemoryTransport,
  type MemoryTransportOptions,
} from "./src/transport/memory/memory_transport.ts";
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
