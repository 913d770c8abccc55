/** Writes to a run's log how its attempts begin and end. @module */

import type { LogLevel } from "../../logger/record.ts";
import type { EndOutcome } from "../../protocol/logs/end_of_log.ts";
import type { AttemptEnded, ManagerEvent, RunEnd, RunStarted } from "../events.ts";
import type { EventSource } from "../event_source.ts";
import type { RunLogLevel } from "../observability_options.ts";

/** The longest message of a line, in characters. */
const LONGEST_MESSAGE = 4096;

/** What the last line says, and how grave it is. Other ends have no line of their own. */
const ENDS: Readonly<Partial<Record<RunEnd, readonly [EndOutcome, LogLevel]>>> = {
  "succeeded": ["succeeded", "info"],
  "failed": ["failed", "error"],
  "dead-lettered": ["failed", "error"],
  "retried": ["retried", "warn"],
  "handed-back": ["redelivered", "warn"],
  "lease-lost": ["lease-lost", "warn"],
  "superseded": ["superseded", "warn"],
};

/** Creates the function that writes events of runs to their logs. */
export function createRunLog(
  level: RunLogLevel,
  instance: string,
): (event: ManagerEvent, source: EventSource) => void {
  return (event, { logger }) => {
    if (event.type === "run-started") {
      if (level === "all") logger.own("info", startText(event, instance));
    } else if (event.type === "attempt-ended") {
      const { outcome, durationMs } = event;
      const end = ENDS[outcome];
      if (!end || level === "failures" && outcome === "succeeded") return;
      logger.end(end[1], { outcome: end[0], message: endText(event), durationMs });
    }
  };
}

function startText(started: RunStarted, instance: string): string {
  const { run: { attempt, resource }, event, maxAttempts, waitedMs } = started;
  const waited = (waitedMs / 1000).toFixed(1);
  return `attempt ${attempt} of ${maxAttempts} started: ${event} ${resource}${
    againText(started)
  }, ${waited} s after the event, on ${instance}`;
}

/** Why it was delivered again, as far as its attempts do not say it. */
function againText({ run: { attempt }, deliveries, takenOver }: RunStarted): string {
  if (takenOver) return `, taken over after attempt ${attempt - 1} went silent`;
  if (deliveries <= attempt) return "";
  return `, delivery ${deliveries}: an earlier one was redelivered or went silent`;
}

function endText({ message, run: { attempt }, maxAttempts, retryInMs }: AttemptEnded): string {
  const text = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  if (retryInMs === undefined) return text;
  return `${text}; attempt ${attempt + 1} of ${maxAttempts} follows in ${
    (retryInMs / 1000).toFixed(1)
  } s`;
}
