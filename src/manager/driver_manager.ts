/** The interface of a driver manager. @module */

import type { ManagerState } from "./events.ts";
import type { ManagerStats } from "./stats.ts";

/** Runs drivers until it is stopped. */
export interface DriverManager extends AsyncDisposable {
  /**
   * Connects and runs the drivers until `stop()`, SIGINT or SIGTERM. Resolves after a graceful shutdown. Rejects with a
   * `ConsumerConflictError` when a v1 server's stream refuses a second driver on one resource type, and with a `ConfigError`
   * when the consumer cannot be created as configured. A server that cannot be reached is retried for ever.
   */
  run(): Promise<void>;
  /**
   * Shuts down gracefully: requests no more messages, naks those that have not started, waits `shutdownGraceMs` for running
   * reconciles, then aborts them. Resolves when every message is settled and the connection is closed. Later calls wait for
   * the same shutdown.
   */
  stop(reason?: string): Promise<void>;
  /** Resolves when every driver is bound to its consumer. Rejects when the manager ends before that. */
  readonly ready: Promise<void>;
  /** The state of the manager. */
  readonly state: ManagerState;
  /** Returns a snapshot of counters and gauges. */
  stats(): ManagerStats;
  /**
   * Health and metrics endpoints: `/healthz`, `/readyz` and `/metrics` (Prometheus text); other paths are 404. Serve it with the
   * server of the runtime:
   * `Deno.serve(manager.handler)`, `Bun.serve({ fetch: manager.handler })`.
   */
  readonly handler: (request: Request) => Promise<Response>;
}
