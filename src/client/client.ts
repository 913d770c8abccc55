/** The client of the API server. @module */

import type { BroadcastMessage } from "../protocol/broadcast.ts";
import type { Capabilities } from "../protocol/capabilities.ts";
import type {
  CreateResourceResult,
  ResourceInput,
  ResourceUpdate,
} from "../protocol/resources/create_resource.ts";
import type { Health } from "../protocol/health.ts";
import type { LogEntry } from "../protocol/logs/log_entry.ts";
import type { Pipeline, PipelineInput } from "../protocol/pipeline.ts";
import type { Resource } from "../protocol/resources/resource.ts";
import type { Deletion, UpdatedResource } from "../protocol/resources/resource_run.ts";
import type {
  ResourceDefinition,
  ResourceDefinitionInput,
} from "../protocol/resources/resource_definition.ts";
import type { CreateLogInput, LogFilter, StreamLogsOptions } from "./log_options.ts";
import type { CallOptions } from "./options.ts";

/**
 * A client of a Conveyor API server. Every method rejects with
 *
 * - an {@linkcode ApiError} when the server responds with an error status, or with a response that is not of the API;
 * - a {@linkcode ConnectionError} when there is no response;
 * - a {@linkcode TimeoutError} when `timeoutMs` expires;
 * - the signal's reason when `signal` fires.
 *
 * Idempotent calls are retried when the connection fails or the server reports a temporary failure; the others only when the
 * server has certainly not executed them.
 */
export interface Client {
  /** Host name or address of the API server; an IPv6 address has no brackets. */
  readonly host: string;
  /** Port of the API server. */
  readonly port: number;
  /** Returns the base URL of the API server, without a slash at its end. */
  getApiUrl(): string;

  /**
   * Creates a resource, which starts a run. Not idempotent: repeated, it fails or starts a second run.
   *
   * @throws {ValidationError} 400: `spec` does not match the JSON Schema, or the pipeline is for another resource type.
   * @throws {NotFoundError} the resource type or the pipeline does not exist.
   * @throws {ConflictError} the name is taken.
   */
  createResource<Spec = unknown>(
    resource: ResourceInput<Spec>,
    options?: CallOptions,
  ): Promise<CreateResourceResult>;
  /**
   * Gets a resource, or one version of it.
   *
   * @throws {NotFoundError} the resource or the version does not exist.
   */
  getResource<Spec = unknown>(
    name: string,
    type: string,
    options?: CallOptions & { version?: string | number | undefined },
  ): Promise<Resource<Spec>>;
  /**
   * Replaces a resource's spec and increments its version. Servers after release 0.6 start a run for it, with the event
   * `update`. Its pipeline stays as it is: without `pipeline` the resource is read first, to send the one it has.
   *
   * @throws {NotFoundError} the resource does not exist.
   * @throws {ValidationError} 400: `spec` does not match the JSON Schema.
   */
  updateResource<Spec = unknown>(
    resource: ResourceUpdate<Spec>,
    options?: CallOptions,
  ): Promise<UpdatedResource<Spec>>;
  /**
   * Deletes a resource. Succeeds also when it does not exist. Servers after release 0.6 remove a resource with a pipeline only
   * when that pipeline has run with the event `delete`: the state is then `deleting`, and `waitForDeletion` waits for the end.
   */
  deleteResource(name: string, type: string, options?: CallOptions): Promise<Deletion>;

  /**
   * Creates a resource type.
   *
   * @throws {ConflictError} the name is taken.
   */
  createResourceDefinition(
    definition: ResourceDefinitionInput,
    options?: CallOptions,
  ): Promise<ResourceDefinition>;
  /**
   * Creates a resource type, or replaces the one with its name. Not supported by v1 servers.
   *
   * @throws {ValidationError} 400: the name is empty.
   */
  createOrUpdateResourceDefinition(
    definition: ResourceDefinitionInput,
    options?: CallOptions,
  ): Promise<ResourceDefinition>;
  /**
   * Gets a resource type.
   *
   * @throws {NotFoundError} it does not exist.
   */
  getResourceDefinition(name: string, options?: CallOptions): Promise<ResourceDefinition>;
  /**
   * Replaces a resource type.
   *
   * @throws {NotFoundError} it does not exist.
   */
  updateResourceDefinition(
    definition: ResourceDefinitionInput,
    options?: CallOptions,
  ): Promise<ResourceDefinition>;
  /**
   * Deletes a resource type.
   *
   * @throws {NotFoundError} it does not exist.
   */
  deleteResourceDefinition(name: string, options?: CallOptions): Promise<void>;

  /**
   * Creates a pipeline, or replaces the one with its name. Not supported by v1 servers.
   *
   * @throws {ConfigError} two steps have the same id, or one has an empty id: the server could not tell them apart.
   * @throws {NotFoundError} the resource type does not exist.
   */
  createPipeline(pipeline: PipelineInput, options?: CallOptions): Promise<Pipeline>;
  /**
   * Gets a pipeline. Servers of release 0.6 document this call but do not have it.
   *
   * @throws {NotFoundError} it does not exist.
   * @throws {ApiError} with code `not-supported`: the server does not have this call.
   */
  getPipeline(name: string, options?: CallOptions): Promise<Pipeline>;
  /**
   * Replaces a pipeline. Servers of release 0.6 document this call but do not have it; `createPipeline` also replaces.
   *
   * @throws {ApiError} with code `not-supported`: the server does not have this call.
   */
  updatePipeline(pipeline: PipelineInput, options?: CallOptions): Promise<Pipeline>;
  /**
   * Deletes a pipeline. Servers of release 0.6 document this call but do not have it.
   *
   * @throws {ApiError} with code `not-supported`: the server does not have this call.
   */
  deletePipeline(name: string, options?: CallOptions): Promise<void>;

  /**
   * Lists stored log entries in order of time, all at once: the server has no pagination, and reads its whole store for each call. Without a
   * filter, servers after release 0.6 also return an empty entry for each other object they store; those are left out.
   */
  listLogs(filter?: LogFilter, options?: CallOptions): Promise<LogEntry[]>;
  /** Stores a log entry, with the current time by default. In drivers, use the logger: it is faster. */
  createLog(entry: CreateLogInput, options?: CallOptions): Promise<void>;
  /**
   * Streams a run's log: stored entries first, then new ones. Reconnects with back-off. Yields each entry once, also when the
   * server sends it twice, or omits it between the stored and the new ones.
   *
   * Ends when `signal` fires (without an error), when `until` settles, or, with `follow: false`, after the stored entries.
   * Servers drop entries that come too fast, and store them late: `streamWholeLog` waits for all of them, and keeps them in
   * order.
   *
   * @example
   * ```ts
   * import { createClient } from "@conveyor/driver";
   *
   * const client = createClient();
   * const { runId } = await client.createResource({ name: "web", resource: "workflow", spec: {} });
   * for await (const { driver, message } of client.streamLogs({ runId, signal: AbortSignal.timeout(60_000) })) {
   *   console.log(`${driver}: ${message}`);
   * }
   * ```
   */
  streamLogs(options: StreamLogsOptions): AsyncIterable<LogEntry>;

  /** Publishes a message on the core NATS subject `application`. Returns the message of the server. */
  broadcastMessage(message: BroadcastMessage, options?: CallOptions): Promise<string>;
  /** Gets what the server can do beyond release 0.6; nothing where it does not have this call. */
  capabilities(options?: CallOptions): Promise<Capabilities>;
  /** Checks the server's health. Sent without a token. */
  health(options?: CallOptions): Promise<Health>;
  /** Gets the metrics of the server, as Prometheus text. Sent without a token. */
  metrics(options?: CallOptions): Promise<string>;
}
