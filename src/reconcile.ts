/** The context of a reconcile. @module */

import type { Client } from "./client/client.ts";
import type { Logger } from "./logger/logger.ts";
import type { Resource } from "./protocol/resources/resource.ts";
import type { DriverResult } from "./protocol/result.ts";
import type { TraceSpan } from "./telemetry/telemetry.ts";

/** The results of earlier steps of a pipeline, by driver name. */
export interface EarlierResults {
  /** The result of a driver; `undefined` when it is none of the earlier steps. */
  readonly [driver: string]: DriverResult;
}

/** The context of one attempt at a run. Fields can be taken by destructuring. */
export interface ReconcileContext<Spec = unknown, Results = EarlierResults> {
  /** The resource as the text on the wire. */
  readonly payload: string;
  /**
   * What happened to the resource: `create`, `update` or `delete`, the same for every step of a pipeline. Servers up to release
   * 0.6 know `create` alone, and call it `process` in later steps. An event that was published by hand has a name of its own.
   */
  readonly event: string;
  /** The driver's name. */
  readonly driverName: string;
  /** Writes to the log of this run. */
  readonly logger: Logger;
  /** The parsed resource, with its spec validated. */
  readonly resource: Resource<Spec>;
  /** The run's id: the same for every attempt and every step of a pipeline. */
  readonly runId: string;
  /** The id of the message that started the run: the same for every attempt. */
  readonly messageId: string;
  /** Which attempt this is, from 1: a call of `reconcile`, in whichever process. A crash within its first second may not count. */
  readonly attempt: number;
  /** The span of this reconcile, which is the active one in it; `undefined` unless the manager has a `telemetry`. */
  readonly span: TraceSpan | undefined;
  /**
   * Aborts on a time-out, on a lost lease, when the shutdown grace period expires, and, with the code `superseded`, when the run is
   * no longer wanted. Pass it to everything that waits.
   */
  readonly signal: AbortSignal;
  /** Aborts when a graceful shutdown starts: finish or checkpoint. */
  readonly shuttingDown: AbortSignal;
  /** The results of the earlier steps of this run, by driver name; a driver that comes twice finds that of its own first step. */
  readonly results: Results;
  /** A client of the API server. */
  readonly client: Client;
  /**
   * Publishes an event on `events.{driver}.{name}`, with run id and resource, and resolves with JetStream's publish
   * acknowledgement. A retried attempt publishes again.
   *
   * @throws {ConfigError} when the name is not a valid subject token, or `data` cannot be written as JSON.
   */
  emit(name: string, data?: unknown): Promise<void>;
}
