/** Hands a manager's events to everything that records them. @module */

import type { Masker } from "../../logger/masking/masker.ts";
import type { EventSource } from "../event_source.ts";
import type { ManagerEvent } from "../events.ts";
import type { Meters } from "../meters.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { createRunLog } from "../run_log/run_log.ts";
import { RepeatedWarnings } from "./repeated_warnings.ts";
import { createReporter } from "./reporter.ts";
import type { RunningRuns } from "./running_runs.ts";

/** Creates the function that takes a manager's events, and reports them with secrets masked. It never throws. */
export function createEmitter(
  given: DriverManagerOptions,
  options: ResolvedOptions,
  masker: Masker,
  runs: RunningRuns,
  meters: Meters,
): (event: ManagerEvent, source?: EventSource) => void {
  const report = createReporter(given, options, masker, runs);
  const repeated = new RepeatedWarnings();
  const { runLog, instance } = options;
  const write = runLog === "off" ? undefined : createRunLog(runLog, instance);
  return (event, source) => {
    meters.follow(event);
    if (source) {
      runs.follow(event, source);
      write?.(event, source);
    }
    if (!repeated.isTooSoon(event)) report(event);
  };
}
