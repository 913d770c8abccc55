/** What a reconcile is given. @module */

import type { Client } from "./client/client.ts";
import type { Logger } from "./logger/logger.ts";
import type { Resource } from "./protocol/resource.ts";
import type { DriverResult } from "./protocol/result.ts";

/** All that one attempt at a run needs. A reconcile takes what it wants of it by destructuring. */
export interface ReconcileContext<Spec = unknown> {
  /** The resource as the text on the wire. */
  readonly payload: string;
  /** What happened: `create`, `update`, `process` for a later step of a pipeline, or a name of the user's own. */
  readonly event: string;
  /** The driver's name. */
  readonly driverName: string;
  /** Writes to the log of this run. */
  readonly logger: Logger;
  /** The resource, parsed, and its spec validated. */
  readonly resource: Resource<Spec>;
  /** The run's id: the same for every attempt and every step of a pipeline. */
  readonly runId: string;
  /** The id of the message that started the run: the same for every attempt. */
  readonly messageId: string;
  /** Which attempt this is, from 1. Deliveries that ended in a crash count. */
  readonly attempt: number;
  /** Aborts on time-out, on a lost lease and when a stop has run out of patience. Pass it to all that can wait. */
  readonly signal: AbortSignal;
  /** Aborts when a graceful stop begins: time to reach a good place, not yet to give up. */
  readonly shuttingDown: AbortSignal;
  /** The results of the pipeline's earlier steps, by driver name. */
  readonly results: Readonly<Record<string, DriverResult>>;
  /** A client of the API server. */
  readonly client: Client;
  /**
   * Publishes an event of the driver's own on `events.{driver}.{name}`, with run id and resource, and resolves when
   * JetStream has confirmed it. An attempt that is tried again emits again.
   *
   * @throws {ConfigError} when the name cannot be a subject token, or JSON cannot hold `data`.
   */
  emit(name: string, data?: unknown): Promise<void>;
}
