/** What the calls about runs and servers take and give. @module */

import type { LogEntry } from "../protocol/log_entry.ts";
import type { PipelineInput } from "../protocol/pipeline.ts";
import type { Resource } from "../protocol/resource.ts";
import type { ResourceDefinitionInput } from "../protocol/resource_definition.ts";
import type { DriverResult } from "../protocol/result.ts";
import type { CallOptions } from "./options.ts";

/** How a server is. */
export interface Health {
  /** The server's word, for example `ok`. */
  status: string;
  /** The server's time, as it gives it. */
  time: string;
}

/** A message to everybody. */
export interface BroadcastMessage {
  /** What happened. */
  event: string;
  /** Text, or anything that JSON can hold, which goes as JSON text. */
  payload: unknown;
  /** The run it belongs to. */
  runId?: string | undefined;
}

/** What {@linkcode Client.ensure} makes sure of. */
export interface EnsureInput {
  /** Resource types. */
  definitions?: readonly ResourceDefinitionInput[] | undefined;
  /** Pipelines. */
  pipelines?: readonly PipelineInput[] | undefined;
}

/** Which run to wait for. */
export interface WaitForRunOptions extends CallOptions {
  /** The resource's name. */
  name: string;
  /** The resource's type. */
  resource: string;
  /** Version of the resource. @default {"the newest when the waiting begins"} */
  version?: string | number | undefined;
  /** The pipeline's steps, by driver: needed where the server does not tell them. */
  steps?: PipelineInput["steps"] | undefined;
  /** Time from one look to the next, in milliseconds; it grows to ten times that. @default {200} */
  pollMs?: number | undefined;
}

/** What a run through a pipeline came to. */
export interface RunOutcome {
  /** Whether every step succeeded. */
  success: boolean;
  /** The driver whose step failed. */
  failedDriver: string | undefined;
  /** The steps' results, by driver. */
  results: Record<string, DriverResult>;
  /** The resource as the run left it. */
  resource: Resource;
}

/** How to run a resource. */
export interface RunResourceOptions extends CallOptions {
  /** The pipeline's steps, by driver: needed where the server does not tell them. */
  steps?: PipelineInput["steps"] | undefined;
  /** Given each entry of the run's log, one after the other. */
  onLog?: ((entry: LogEntry) => void | Promise<void>) | undefined;
  /** Time for the whole run, in milliseconds. @default {Infinity} */
  timeoutMs?: number | undefined;
}
