/** Options of a manager that say what it reports, and where. @module */

import type { Telemetry } from "../telemetry/telemetry.ts";
import { machineName } from "../runtime/builtin.ts";
import { readSetting } from "../settings.ts";
import { invalidOption } from "../validate.ts";

/** Which lines of the runtime's own go to a run's log. */
export type RunLogLevel = "all" | "failures" | "off";

/** What a manager reports, and where. */
export interface ObservabilityOptions {
  /**
   * Which lines of the runtime's own go to a run's log: when its attempts start and how they end, or only how those end that do
   * not succeed. @default {"all"}
   */
  runLog?: RunLogLevel;
  /** Records metrics and traces elsewhere: `openTelemetry()` of `@conveyor/driver/otel`. @default none */
  telemetry?: Telemetry;
  /**
   * Serves the manager's handler (`/healthz`, `/readyz`, `/metrics`) while it runs, on Node, Deno and Bun; `false` does not, whatever
   * the environment says. @default `CONVEYOR_OBSERVABILITY_PORT`, or it is not served
   */
  observability?: ObservabilityServer | false;
}

/** Where a manager's handler is served. */
export interface ObservabilityServer {
  /** The port; 0 is any free one. */
  port: number;
  /** The address. Any other than a loopback address is reachable from the network. @default {"127.0.0.1"} */
  hostname?: string;
}

/** The same, with the defaults. */
export interface ResolvedObservability {
  readonly runLog: RunLogLevel;
  readonly observability: ObservabilityServer | undefined;
  /** Names this process in the logs of runs: the machine or pod, where it can be known, and a part that is its own. */
  readonly instance: string;
}

/**
 * Checks the options and applies the defaults.
 *
 * @throws {ConfigError} when an option is invalid; it names the field.
 */
export function resolveObservability(options: ObservabilityOptions): ResolvedObservability {
  const { runLog = "all" } = options;
  if (!["all", "failures", "off"].includes(runLog)) {
    throw invalidOption("runLog", `"all", "failures" or "off"`, runLog);
  }
  return { runLog, instance: instanceName(), observability: serverOf(options.observability) };
}

function serverOf(given: ObservabilityOptions["observability"]): ObservabilityServer | undefined {
  if (given === false) return undefined;
  const port = given?.port === 0 ? 0 : readSetting("observabilityPort", given?.port, {
    field: "observability.port",
  });
  if (port === undefined) return undefined;
  const hostname = given?.hostname ?? readSetting("observabilityHost");
  return { port, hostname };
}

function instanceName(): string {
  const own = crypto.randomUUID().slice(0, 4);
  const machine = machineName();
  return readSetting("instance") ?? (machine === undefined ? own : `${machine}/${own}`);
}
