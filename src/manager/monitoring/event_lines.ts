/** Events of a manager as lines for people. @module */

import type { LogLevel } from "../../logger/record.ts";
import { withoutUserInfo } from "../../settings.ts";
import { missingPermission } from "../../transport/errors.ts";
import type { ManagerEvent, RunEnd } from "../events.ts";

/** A line on the console. */
export interface EventLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly driver: string | undefined;
  readonly runId: string | undefined;
}

/** Creates a line. */
export function line(
  level: LogLevel,
  message: string,
  driver?: string,
  runId?: string,
): EventLine {
  return { level, message, driver, runId };
}

/** The line of an event; `undefined` for those of every run, which its log has: all but some ends if there is no such log. */
export function describeEvent(
  event: ManagerEvent,
  isInRunLog: (end: RunEnd) => boolean,
): EventLine | undefined {
  switch (event.type) {
    case "connect-failed": {
      const { message } = event.error;
      const server = withoutUserInfo(event.server);
      const text = message.startsWith("cannot ")
        ? message
        : `cannot connect to ${server}: ${message}`;
      return line("reason" in event.error ? "error" : "warn", `${text}; retrying`);
    }
    case "connected":
    case "reconnected":
      return line("info", `${event.type} to ${event.server}`);
    case "disconnected":
      return line("warn", `lost the connection to ${event.server}; reconnecting`);
    case "waiting-for-stream":
      return line(
        "warn",
        `stream "${event.stream}" not found: the Conveyor server creates it at start; retrying`,
        event.driver,
      );
    case "bound":
      return line(
        "info",
        `bound to the stream "${event.stream}" (protocol ${event.protocol})`,
        event.driver,
      );
    case "lost":
      return line("warn", `${event.error.message}; binding again`, event.driver);
    case "poison": {
      const { driver, subject, sequence, error } = event.message;
      return line(
        "error",
        `cannot decode message ${sequence} on ${subject}, terminating it: ${error.message}`,
        driver,
      );
    }
    case "warning":
      return line(
        levelOf(event),
        event.message,
        event.driver,
      );
    case "run-ended":
      return describeEnd(event, isInRunLog);
    case "state":
      if (event.state === "failed") return line("error", `failed: ${event.reason}`);
      return event.state === "stopped" ? line("info", `stopped: ${event.reason}`) : undefined;
    case "serving":
      return line("info", `health and metrics are served at ${event.url}`);
    case "run-started":
    case "attempt-ended":
      return undefined;
  }
}

function levelOf({ code, error }: Extract<ManagerEvent, { type: "warning" }>): LogLevel {
  if (code === "uncaught" || error && missingPermission(error)) return "error";
  return code === "idle" ? "info" : "warn";
}

function describeEnd(
  event: Extract<ManagerEvent, { type: "run-ended" }>,
  isInRunLog: (end: RunEnd) => boolean,
): EventLine | undefined {
  const { run: { driver, runId, resource, attempt }, outcome, reason, durationMs } = event;
  if (outcome === "succeeded" || outcome === "failed" || outcome === "already-done") {
    return undefined;
  }
  if (isInRunLog(outcome) && (durationMs > 0 || outcome === "superseded")) return undefined;
  const suffix = reason === undefined ? "" : `: ${reason}`;
  return line(
    outcome === "dead-lettered" ? "error" : "warn",
    `attempt ${attempt} at ${resource} ended as ${outcome}${suffix}`,
    driver,
    runId,
  );
}
