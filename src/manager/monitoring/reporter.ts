/** Tells the user what goes on: through the hook, and in readable lines on the console. @module */

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

/** Makes the function that all of a manager's events go through. It never throws. */
export function createReporter(
  given: DriverManagerOptions,
  options: ResolvedOptions,
): (event: ManagerEvent) => void {
  const write = given.console === false ? () => {} : lineWriter(options);
  const { onEvent } = given;
  return (event) => {
    const line = describe(event);
    if (line) write(line);
    try {
      onEvent?.(event);
    } catch (error) {
      write({
        level: "error",
        message: `onEvent threw on a ${event.type} event: ${messageOf(error)}`,
      });
    }
  };
}

function lineWriter({ drivers }: ResolvedOptions): (line: Line) => void {
  let made: LogSink | undefined;
  const everyone = drivers.map(({ name }) => name).join(",");
  return ({ level, message, driver = everyone, runId = "" }) => {
    const sink = made ??= consoleSink();
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

/** The line that tells of an event; none for what happens all the time. */
function describe(event: ManagerEvent): Line | undefined {
  switch (event.type) {
    case "connect-failed": {
      const server = withoutUserInfo(event.server);
      const message =
        `cannot connect to ${server} (attempt ${event.attempt}): ${event.error.message}; it keeps trying`;
      return { level: "warn", message };
    }
    case "connected":
      return { level: "info", message: `connected to ${event.server}` };
    case "disconnected":
      return {
        level: "warn",
        message: `the connection to ${event.server} was lost; it reconnects`,
      };
    case "reconnected":
      return { level: "info", message: `connected to ${event.server} again` };
    case "waiting-for-stream":
      return {
        level: "warn",
        driver: event.driver,
        message:
          `there is no stream "${event.stream}" yet: the Conveyor server makes it when it starts; it keeps looking`,
      };
    case "bound":
      return {
        level: "info",
        driver: event.driver,
        message: `listens on the stream ${event.stream} (protocol ${event.protocol})`,
      };
    case "lost":
      return {
        level: "warn",
        driver: event.driver,
        message: `${event.error.message}; it binds again`,
      };
    case "poison": {
      const { driver, subject, sequence, error } = event.message;
      const message =
        `message ${sequence} on ${subject} cannot be understood and is given up: ${error.message}`;
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
  const why = reason === undefined ? "" : `: ${reason}`;
  const message = `attempt ${attempt} at ${resource} ended as ${outcome}${why}`;
  return { level: outcome === "dead-lettered" ? "error" : "warn", driver, runId, message };
}

function describeState(event: Extract<ManagerEvent, { type: "state" }>): Line | undefined {
  if (event.state === "failed") return { level: "error", message: `cannot go on: ${event.reason}` };
  if (event.state === "stopping" || event.state === "stopped") {
    return { level: "info", message: `${event.state}: ${event.reason}` };
  }
  return undefined;
}
