/** Reports events to the user's hook and as lines on the console. @module */

import { messageOf } from "../../errors.ts";
import { consoleSink } from "../../logger/sinks/console_sink.ts";
import type { LogLevel, LogSink } from "../../logger/record.ts";
import { withoutUserInfo } from "../../settings.ts";
import type { ManagerEvent } from "../events.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly driver?: string;
  readonly runId?: string;
}

/** Creates the function that reports a manager's events. It never throws. */
export function createReporter(
  given: DriverManagerOptions,
  options: ResolvedOptions,
): (event: ManagerEvent) => void {
  const write = lineWriter(options);
  const { onEvent } = given;
  // Written whatever `console` says: a hook that fails has no other place to be reported at.
  const failed = ({ type }: ManagerEvent, verb: string, error: unknown) =>
    write({ level: "error", message: `onEvent ${verb} on a ${type} event: ${messageOf(error)}` });
  return (event) => {
    const line = given.console === false ? undefined : describe(event);
    if (line) write(line);
    try {
      Promise.resolve(onEvent?.(event)).catch((error: unknown) => failed(event, "rejected", error));
    } catch (error) {
      failed(event, "threw", error);
    }
  };
}

function lineWriter({ drivers }: ResolvedOptions): (line: Line) => void {
  let created: LogSink | undefined;
  const allDrivers = drivers.map(({ name }) => name).join(",");
  return ({ level, message, driver = allDrivers, runId = "" }) => {
    const sink = created ??= consoleSink();
    void sink({
      driver,
      runId,
      level,
      message,
      timestamp: new Date().toISOString(),
      pipeline: "",
      event: "",
      messageId: "",
      labels: {},
    });
  };
}

/** The line of an event; `undefined` for events of every run. */
function describe(event: ManagerEvent): Line | undefined {
  switch (event.type) {
    case "connect-failed": {
      const server = withoutUserInfo(event.server);
      const message =
        `cannot connect to ${server} (attempt ${event.attempt}): ${event.error.message}; retrying`;
      return { level: "warn", message };
    }
    case "connected":
      return { level: "info", message: `connected to ${event.server}` };
    case "disconnected":
      return {
        level: "warn",
        message: `lost the connection to ${event.server}; reconnecting`,
      };
    case "reconnected":
      return { level: "info", message: `reconnected to ${event.server}` };
    case "waiting-for-stream":
      return {
        level: "warn",
        driver: event.driver,
        message:
          `stream "${event.stream}" not found: the Conveyor server creates it at start; retrying`,
      };
    case "bound":
      return {
        level: "info",
        driver: event.driver,
        message: `bound to the stream "${event.stream}" (protocol ${event.protocol})`,
      };
    case "lost":
      return {
        level: "warn",
        driver: event.driver,
        message: `${event.error.message}; binding again`,
      };
    case "poison": {
      const { driver, subject, sequence, error } = event.message;
      const message =
        `cannot decode message ${sequence} on ${subject}, terminating it: ${error.message}`;
      return { level: "error", driver, message };
    }
    case "warning":
      return {
        level: "warn",
        message: event.message,
        ...(event.driver && { driver: event.driver }),
      };
    case "run-ended":
      return describeEnd(event);
    case "state":
      return describeState(event);
    case "run-started":
      return undefined;
  }
}

function describeEnd(event: Extract<ManagerEvent, { type: "run-ended" }>): Line | undefined {
  const { run: { driver, runId, resource, attempt }, outcome, reason } = event;
  if (outcome === "succeeded" || outcome === "failed" || outcome === "already-done") {
    return undefined;
  }
  const suffix = reason === undefined ? "" : `: ${reason}`;
  const message = `attempt ${attempt} at ${resource} ended as ${outcome}${suffix}`;
  return { level: outcome === "dead-lettered" ? "error" : "warn", driver, runId, message };
}

function describeState(event: Extract<ManagerEvent, { type: "state" }>): Line | undefined {
  if (event.state === "failed") return { level: "error", message: `failed: ${event.reason}` };
  if (event.state === "stopping" || event.state === "stopped") {
    return { level: "info", message: `${event.state}: ${event.reason}` };
  }
  return undefined;
}
