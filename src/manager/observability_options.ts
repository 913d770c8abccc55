/** Options of a manager that say what it reports, and where. @module */

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
}

/** The same, with the defaults. */
export interface ResolvedObservability {
  readonly runLog: RunLogLevel;
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
  return { runLog, instance: instanceName() };
}

function instanceName(): string {
  const own = crypto.randomUUID().slice(0, 4);
  const machine = machineName();
  return readSetting("instance") ?? (machine === undefined ? own : `${machine}/${own}`);
}
