/** Reports events to the user's hook and as lines on the console. @module */

import { isThenable } from "../../async/is_thenable.ts";
import { messageOf } from "../../errors.ts";
import { consoleSink } from "../../logger/sinks/console_sink.ts";
import type { Masker } from "../../logger/masking/masker.ts";
import type { LogSink } from "../../logger/record.ts";
import type { InContext } from "../../runtime/async_context.ts";
import type { ManagerEvent, RunEnd } from "../events.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import { describeEvent, type EventLine, line } from "./event_lines.ts";
import { LifeLines } from "./life_lines.ts";
import type { RunningRuns } from "./running_runs.ts";

/** Stands for the driver in lines about several. */
const WHOLE_MANAGER = "conveyor";

/** What reports are made with. */
export interface ReporterParts {
  readonly masker: Masker;
  readonly runs: RunningRuns;
  /** Calls the user's hook. */
  readonly inContext: InContext;
}

/**
 * Creates the function that reports a manager's events, with secrets masked; repeated ones to the hook alone. It never throws.
 */
export function createReporter(
  given: DriverManagerOptions,
  options: ResolvedOptions,
  { masker, runs, inContext }: ReporterParts,
): (event: ManagerEvent, isRepeated: boolean) => void {
  const write = lineWriter(options, masker);
  const { onEvent } = given;
  const life = new LifeLines(options, runs);
  // The lines of a run's log are on the console too, where its sinks have it.
  const hasConsole = given.sinks?.some(({ sinkName }) => sinkName === "console") ?? true;
  const isInRunLog = (end: RunEnd) =>
    hasConsole && (end === "superseded" || options.runLog !== "off" && end !== "unconfirmed");
  // Written whatever `console` says: a hook that fails has no other place to be reported at.
  const failed = ({ type }: ManagerEvent, verb: string, error: unknown) =>
    write(line("error", `onEvent ${verb} on a ${type} event: ${messageOf(error)}`));
  return (event, isRepeated) => {
    if (given.console !== false) {
      const described = isRepeated ? undefined : describeEvent(event, isInRunLog);
      const further = life.describe(event);
      if (described) write(described);
      if (further) write(further);
    }
    if (!onEvent) return;
    try {
      const masked = maskEvent(event, masker);
      const returned = inContext(() => onEvent(masked));
      // Most hooks return nothing: a promise for each event would cost more than the event.
      if (isThenable(returned)) {
        Promise.resolve(returned).catch((error: unknown) => failed(event, "rejected", error));
      }
    } catch (error) {
      failed(event, "threw", error);
    }
  };
}

/** The bytes of a poison message are those of the wire, like the resource of a dead letter. */
function maskEvent(event: ManagerEvent, masker: Masker): ManagerEvent {
  // There is one of these for every run, so that they are not walked through: their texts are masked where they come from.
  if (event.type === "run-started" || event.type === "attempt-ended") return event;
  if (event.type === "run-ended") {
    const { reason } = event;
    return reason === undefined ? event : { ...event, reason: masker.mask(reason) };
  }
  if (event.type !== "poison") return masker.maskValue(event);
  const { message } = event;
  return { ...event, message: { ...message, error: masker.maskValue(message.error) } };
}

function lineWriter({ drivers }: ResolvedOptions, masker: Masker): (line: EventLine) => void {
  let created: LogSink | undefined;
  const only = drivers.length === 1 ? drivers[0]!.name : WHOLE_MANAGER;
  return ({ level, message, driver = only, runId = "" }) => {
    const sink = created ??= consoleSink();
    void sink({
      driver: driver.includes(",") ? WHOLE_MANAGER : driver,
      runId,
      level,
      message: masker.mask(message),
      timestamp: new Date().toISOString(),
      pipeline: "",
      event: "",
      messageId: "",
      labels: {},
    });
  };
}
