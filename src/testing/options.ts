/** The options of a test of a driver. @module */

import type { Client } from "../client/client.ts";
import { ConfigError } from "../errors.ts";
import type { Driver } from "../driver.ts";
import type { DriverManagerOptions } from "../manager/options.ts";
import type { DriverResult } from "../protocol/result.ts";
import type { JsonValue } from "../encoding/json.ts";
import { invalidOption, requireWhole } from "../validate.ts";

/** What happens while the reconcile of a test runs. */
export type TestAbort =
  /** The time-out of the attempt passes. */
  | "timeout"
  /** The lease runs out, because the broker does not confirm its renewal. */
  | "lease-lost"
  /** The manager stops, and the shutdown grace period passes. */
  | "shutdown"
  /** The broker is away while the reconcile ends, and comes back. */
  | "broker-lost";

/** Options of `testDriver` and `createDriverTest`. All have a default. */
export interface DriverTestOptions {
  /** The spec of the resource, before its validation. @default {{}} */
  spec?: unknown;
  /** The event. @default {"create"} */
  event?: string;
  /** The results of earlier steps of the pipeline, by driver name. What is not given means success without data. */
  results?: Readonly<Record<string, Partial<DriverResult>>>;
  /** Which attempt it is: the ones before it throw. @default {1} */
  attempt?: number;
  /** The type of the resource. @default the first one of the driver */
  resource?: string;
  /** The name of the resource. @default {"test"} */
  name?: string;
  /** The metadata of the resource, as the server sets it. */
  metadata?: Readonly<Record<string, JsonValue>>;
  /**
   * The pipeline that the driver is a step of: the event is then addressed to the driver by name, and not filtered by `events`.
   *
   * @default none, or `"test"` when there are `results`
   */
  pipeline?: string;
  /** The id of the run. @default a random one */
  runId?: string;
  /** The client of the context. @default one whose calls fail */
  client?: Client;
  /**
   * The timers of the driver's own code. With `"virtual"`, `setTimeout` and the like take no time while the driver waits for
   * nothing else: not for drivers that wait for a process or a real network. @default {"real"}
   */
  timers?: "real" | "virtual";
  /** Further options of the manager, such as `maxAttempts`, `backoff`, `timeoutMs` and `secrets`. `runLog` is `"off"` unless set. */
  manager?: Omit<
    DriverManagerOptions,
    | "driver"
    | "drivers"
    | "client"
    | "servers"
    | "transport"
    | "sinks"
    | "handleSignals"
    | "console"
  >;
}

/** The most attempts of a run. */
export function maxAttemptsOf(driver: Driver, { manager = {} }: DriverTestOptions): number {
  return driver.maxAttempts ?? manager.maxAttempts ?? 5;
}

/** The time limit of an attempt; `undefined` when there is none. */
export function timeoutOf(driver: Driver, { manager = {} }: DriverTestOptions): number | undefined {
  return driver.timeoutMs ?? manager.timeoutMs;
}

/** Checks the options of a test. @throws {ConfigError} that names the field. */
export function checkOptions(driver: Driver, options: DriverTestOptions): void {
  if (typeof driver?.reconcile !== "function") {
    throw invalidOption("driver", "a driver created by createDriver()", driver);
  }
  const { attempt = 1, timers = "real" } = options;
  requireWhole("attempt", attempt, 1);
  const most = maxAttemptsOf(driver, options);
  if (attempt > most) {
    throw new ConfigError(
      "attempt",
      `attempt must be at most maxAttempts, which is ${most}, got ${attempt}`,
    );
  }
  if (timers !== "real" && timers !== "virtual") {
    throw invalidOption("timers", `"real" or "virtual"`, timers);
  }
}
