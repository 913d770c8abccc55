/** Hands a manager's events to everything that records them. @module */

import type { EventSource } from "../event_source.ts";
import type { ManagerEvent } from "../events.ts";
import type { Meters } from "../meters.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { createRunLog } from "../run_log/run_log.ts";
import { RepeatedEvents } from "./repeated_events.ts";
import { createReporter, type ReporterParts } from "./reporter.ts";

/**
 * Creates the function that takes a manager's events, and reports them with secrets masked. Warnings that repeat go nowhere,
 * further failures to the hook alone. It never throws.
 */
export function createEmitter(
  given: DriverManagerOptions,
  options: ResolvedOptions,
  parts: ReporterParts & { readonly meters: Meters },
): (event: ManagerEvent, source?: EventSource) => void {
  const { meters } = parts;
  const report = createReporter(given, options, parts);
  const repeated = new RepeatedEvents();
  const { runLog, instance } = options;
  const write = runLog === "off" ? undefined : createRunLog(runLog, instance);
  return (event, source) => {
    if (source) { // Events of every run are never repeated.
      write?.(event, source);
      return report(event, false);
    }
    meters.follow(event);
    const isRepeated = repeated.isRepeated(event);
    if (!isRepeated || event.type !== "warning") report(event, isRepeated);
  };
}
