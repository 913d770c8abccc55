/** Reports events to the user's hook and as lines on the console. @module */

import { messageOf } from "../../errors.ts";
import { consoleSink } from "../../logger/sinks/console_sink.ts";
import type { LogLevel, LogSink } from "../../logger/record.ts";
import { withoutUserInfo } from "../../settings.ts";
import type { ManagerEvent } from "../events.ts";
import { missingPermission } from "../../transport/errors.ts";
import { RepeatedFailures } from "./repeated_failures.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly driver: string | undefined;
  readonly runId: string | undefined;
}

function line(level: LogLevel, message: string, driver?: string, runId?: string): Line {
  return { level, message, driver, runId };
}

/** Creates the function that reports a manager's events. It never throws. */
export function createReporter(
  given: DriverManagerOptions,
  options: ResolvedOptions,
): (event: ManagerEvent) => void {
  const write = lineWriter(options);
  const { onEvent } = given;
  const failures = new RepeatedFailures();
  // Written whatever `console` says: a hook that fails has no other place to be reported at.
  const failed = ({ type }: ManagerEvent, verb: string, error: unknown) =>
    write(line("error", `onEvent ${verb} on a ${type} event: ${messageOf(error)}`));
  return (event) => {
    const isWritten = given.console !== false && !failures.isRepeated(event);
    const described = isWritten ? describe(event) : undefined;
    if (described) write(described);
    try {
      const returned: unknown = onEvent?.(event);
      if (returned === undefined) return; // Most hooks return nothing: a promise for each event would cost more than the event.
      Promise.resolve(returned).catch((error: unknown) => failed(event, "rejected", error));
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
        event.error && missingPermission(event.error) ? "error" : "warn",
        event.message,
        event.driver,
      );
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
  return line(
    outcome === "dead-lettered" ? "error" : "warn",
    `attempt ${attempt} at ${resource} ended as ${outcome}${suffix}`,
    driver,
    runId,
  );
}

function describeState(
  { state, reason }: Extract<ManagerEvent, { type: "state" }>,
): Line | undefined {
  const level = state === "failed"
    ? "error"
    : state === "stopping" || state === "stopped"
    ? "info"
    : undefined;
  return level && line(level, `${state}: ${reason}`);
}
