/** What a driver manager is to its user. @module */

import type { ManagerState } from "./events.ts";
import type { ManagerStats } from "./stats.ts";

/** Runs drivers until it is stopped. */
export interface DriverManager extends AsyncDisposable {
  /**
   * Connects and works until `stop()`, SIGINT or SIGTERM. Resolves after a graceful stop. Rejects when it cannot go on:
   * with a `ConsumerConflictError` when a v1 server's stream refuses a second driver on one resource type, with a `ConfigError`
   * when the consumer cannot be made as configured. A server that is not there is no reason to give up.
   */
  run(): Promise<void>;
  /**
   * Stops gracefully: takes nothing new, gives back what has not started, waits `shutdownGraceMs` for what runs, then aborts it.
   * Resolves when all is settled and closed. Calling it again gives the same promise.
   */
  stop(reason?: string): Promise<void>;
  /** Resolves when every driver is bound to its consumer. Rejects when the manager ends before. */
  readonly ready: Promise<void>;
  /** Where the manager is in its life. */
  readonly state: ManagerState;
  /** What it has counted, and what is going on right now. */
  stats(): ManagerStats;
  /**
   * Answers `/healthz`, `/readyz` and `/metrics` (Prometheus text); anything else is 404. Serve it with what the runtime has:
   * `Deno.serve(manager.handler)`, `Bun.serve({ fetch: manager.handler })`.
   */
  readonly handler: (request: Request) => Promise<Response>;
}
