/** The client of the API server. @module */

import type { BroadcastMessage } from "../protocol/broadcast.ts";
import type { CreateResourceResult, ResourceInput } from "../protocol/create_resource.ts";
import type { Health } from "../protocol/health.ts";
import type { LogEntry } from "../protocol/log_entry.ts";
import type { Pipeline, PipelineInput } from "../protocol/pipeline.ts";
import type { Resource } from "../protocol/resource.ts";
import type {
  ResourceDefinition,
  ResourceDefinitionInput,
} from "../protocol/resource_definition.ts";
import type { CreateLogInput, LogFilter, StreamLogsOptions } from "./log_options.ts";
import type { CallOptions } from "./options.ts";

/**
 * Talks to a Conveyor API server. Every method rejects with
 *
 * - an {@linkcode ApiError} when the server answers with an error status, or with something that is not the API's;
 * - a {@linkcode ConnectionError} when there is no answer;
 * - a {@linkcode TimeoutError} when `timeoutMs` is up;
 * - the signal's reason when `signal` fires.
 *
 * Calls that are safe to repeat are repeated when the connection fails or the server asks to come back later; the others
 * are repeated only when it is certain that nothing was done.
 */
export interface Client {
  /** Host name or address of the API server; an IPv6 address has no brackets. */
  readonly host: string;
  /** Port of the API server. */
  readonly port: number;
  /** The base URL of the API server, without a slash at its end. */
  getApiUrl(): string;

  /**
   * Creates a resource and so starts a run. Not repeated by itself: a second one would be refused, or be a second run.
   *
   * @throws {ValidationError} 400: `spec` does not fit the JSON Schema, or the pipeline takes another resource type.
   * @throws {NotFoundError} there is no such resource type or pipeline.
   * @throws {ConflictError} the name is taken.
   */
  createResource<Spec = unknown>(
    resource: ResourceInput<Spec>,
    options?: CallOptions,
  ): Promise<CreateResourceResult>;
  /**
   * Gets a resource, or one version of it.
   *
   * @throws {NotFoundError} there is no such resource or version.
   */
  getResource<Spec = unknown>(
    name: string,
    type: string,
    options?: CallOptions & { version?: string | number | undefined },
  ): Promise<Resource<Spec>>;
  /**
   * Replaces a resource's spec; its version goes up by one. Servers of release 0.6 start no run for it.
   *
   * @throws {NotFoundError} there is no such resource.
   * @throws {ValidationError} 400: `spec` does not fit the JSON Schema.
   */
  updateResource<Spec = unknown>(
    resource: ResourceInput<Spec>,
    options?: CallOptions,
  ): Promise<Resource<Spec>>;
  /** Deletes a resource. Also succeeds when there is none; old versions stay readable. */
  deleteResource(name: string, type: string, options?: CallOptions): Promise<void>;

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
   * Creates a resource type, or replaces the one of that name. Not on v1 servers.
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
   * @throws {NotFoundError} there is none of that name.
   */
  getResourceDefinition(name: string, options?: CallOptions): Promise<ResourceDefinition>;
  /**
   * Replaces a resource type.
   *
   * @throws {NotFoundError} there is none of that name.
   */
  updateResourceDefinition(
    definition: ResourceDefinitionInput,
    options?: CallOptions,
  ): Promise<ResourceDefinition>;
  /**
   * Deletes a resource type.
   *
   * @throws {NotFoundError} there is none of that name.
   */
  deleteResourceDefinition(name: string, options?: CallOptions): Promise<void>;

  /**
   * Creates a pipeline, or replaces the one of that name. Not on v1 servers.
   *
   * @throws {NotFoundError} there is no such resource type.
   */
  createPipeline(pipeline: PipelineInput, options?: CallOptions): Promise<Pipeline>;
  /**
   * Gets a pipeline. Servers of release 0.6 document this call but do not have it.
   *
   * @throws {NotFoundError} there is none of that name.
   * @throws {ApiError} with code `not-supported` when the server does not have this call.
   */
  getPipeline(name: string, options?: CallOptions): Promise<Pipeline>;
  /**
   * Replaces a pipeline. Servers of release 0.6 document this call but do not have it; `createPipeline` replaces, too.
   *
   * @throws {ApiError} with code `not-supported` when the server does not have this call.
   */
  updatePipeline(pipeline: PipelineInput, options?: CallOptions): Promise<Pipeline>;
  /**
   * Deletes a pipeline. Servers of release 0.6 document this call but do not have it.
   *
   * @throws {ApiError} with code `not-supported` when the server does not have this call.
   */
  deletePipeline(name: string, options?: CallOptions): Promise<void>;

  /** Gets stored log entries, all at once: the server does not page. */
  listLogs(filter?: LogFilter, options?: CallOptions): Promise<LogEntry[]>;
  /** Stores a log entry. Its timestamp is now unless it is given. Drivers have a logger, which is faster. */
  createLog(entry: CreateLogInput, options?: CallOptions): Promise<void>;
  /**
   * Streams a run's log: what is stored, then what comes. Lost connections are made again, with back-off; an entry comes
   * once, also when the server sends it twice or leaves it out between its replay and its live part.
   *
   * Ends when `signal` fires (without an error), when `until` settles, or, with `follow: false`, after what is stored.
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

  /** Sends a message to whoever listens on the core NATS subject `application`. The server gives it an id. */
  broadcastMessage(message: BroadcastMessage, options?: CallOptions): Promise<string>;
  /** Asks the server how it is. Needs no credentials. */
  health(options?: CallOptions): Promise<Health>;
  /** Gets the server's own metrics, as Prometheus text. Needs no credentials. */
  metrics(options?: CallOptions): Promise<string>;
}
