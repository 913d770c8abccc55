import type { ManagerEvent } from "@conveyor/driver";
import { ConnectFailedError, PermissionError, PullLostError } from "@conveyor/driver/transport";
import { describe, expect, onTestFinished, test } from "vitest";
import { RepeatedEvents } from "../../../src/manager/monitoring/repeated_events.ts";
import { startNatsServer } from "../../support/nats_server.ts";
import { binaryOf, commandFor, currentRuntime, startProgram } from "../../support/program.ts";
import { until } from "../../transport/support/world.ts";

const away = new Error("connection refused");
const http = new ConnectFailedError("http", "it is an HTTP server");

function failed(error: Error, server = "nats://one"): ManagerEvent {
  return { type: "connect-failed", server, attempt: 1, error };
}

function warning(code: string, error: Error): ManagerEvent {
  return { type: "warning", code, message: error.message, error };
}

/** Which of the events repeat one before. */
function repeated(...events: ManagerEvent[]): boolean[] {
  const reported = new RepeatedEvents();
  return events.map((event) => reported.isRepeated(event));
}

describe("a failure", () => {
  test("is repeated until its cause changes", () => {
    expect(repeated(failed(away), failed(away), failed(http), failed(http), failed(away)))
      .toEqual([false, true, false, true, false]);
  });

  test("that lasts is written again, ever more rarely", () => {
    let now = 0;
    const events = new RepeatedEvents(() => now);
    const minutes: number[] = [];
    for (let minute = 0; minute < 300; minute++, now += 60_000) {
      if (!events.isRepeated(failed(away))) minutes.push(minute);
    }
    expect(minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  test("is one of its server", () => {
    const other = failed(away, "nats://two");
    expect(repeated(failed(away), other, failed(away), other)).toEqual([false, false, true, true]);
    const [one, two] = [1, 2].map((at) =>
      warning("connection", new Error(`cannot connect to nats://${at}: connection refused`))
    );
    expect(repeated(one!, two!, one!, two!)).toEqual([false, false, true, true]);
  });

  test("is reported again once it has passed", () => {
    const passed: ManagerEvent[] = [
      { type: "connected", server: "nats://one" },
      { type: "reconnected", server: "nats://one" },
      { type: "bound", driver: "deploy", stream: "messages", protocol: "v2" },
    ];
    for (const event of passed) {
      expect(repeated(failed(away), event, failed(away))).toEqual([false, false, false]);
    }
  });

  test("of a permission is one failure, wherever it is noticed", () => {
    const denied = (subject: string) =>
      new PermissionError("publish", subject, { permit: "acks.>" });
    const lost = new PullLostError("refused", "cannot pull", { cause: denied("acks.2") });
    expect(repeated(
      warning("permission", denied("acks.1")),
      { type: "lost", driver: "deploy", error: lost },
      warning("journal-write", denied("acks.3")),
      warning("permission", new PermissionError("subscribe", "acks.>")),
    )).toEqual([false, true, true, false]);
  });
});

describe("a warning", () => {
  /** Returns a function that says when a warning that comes every 100 ms is reported. */
  function clocked() {
    let now = 0;
    const events = new RepeatedEvents(() => now);
    return (message: string, fromMs: number, untilMs: number): number[] => {
      const reported: number[] = [];
      for (now = fromMs; now <= untilMs; now += 100) {
        if (!events.isRepeated({ type: "warning", code: "pull", message })) reported.push(now);
      }
      return reported;
    };
  }

  test("that comes again and again is reported ever more rarely", () => {
    expect(clocked()("a", 0, 80_000)).toEqual([0, 5000, 15_000, 35_000, 75_000]);
  });

  test("that has stayed away is reported at once, and another one too", () => {
    const reportedOf = clocked();
    expect(reportedOf("a", 0, 20_000)).toEqual([0, 5000, 15_000]);
    expect(reportedOf("b", 20_100, 20_100)).toEqual([20_100]);
    expect(reportedOf("a", 200_000, 206_000)).toEqual([200_000, 205_000]);
  });

  test("of another cause than the connection does not pass with it", () => {
    const threw = warning("hook-threw", away);
    const connected: ManagerEvent = { type: "connected", server: "nats://one" };
    expect(repeated(threw, connected, threw)).toEqual([false, false, true]);
  });
});

test("other events are never repeated", () => {
  const event: ManagerEvent = { type: "state", state: "running", previous: "binding", reason: "" };
  expect(repeated(event, event)).toEqual([false, false]);
});

const DRIVER = "tests/manager/support/permitted_driver.ts";

test("a refused user is written once, as an error, and so is the connection that follows", async () => {
  const users = (password: string) => `authorization { user: deploy, password: "${password}" }`;
  await using server = await startNatsServer({ config: users("another password") });
  const { command, args } = commandFor(currentRuntime(), DRIVER);
  const env = { CONVEYOR_LOG_FORMAT: "pretty" };
  await using program = startProgram(command, [...args, server.url], { env });
  await until(() => server.log.split("authentication error").length - 1, (count) => count >= 3);
  expect(program.output.match(/ERROR.*cannot connect to .*"Authorization Violation"/g))
    .toHaveLength(1);
  expect(program.output.match(/cannot connect/g)).toHaveLength(1);
  await server.reload(users("the password of deploy"));
  await program.saw("connected to nats://");
  expect(program.output.match(/cannot connect/g)).toHaveLength(1);
});

test("an environment that Deno does not permit is written, with the option to run with", async () => {
  const args = ["run", "--no-prompt", "--allow-read", "--allow-net=127.0.0.1:1", DRIVER];
  const program = startProgram(binaryOf("deno"), args);
  onTestFinished(async () => {
    program.kill("SIGKILL");
    await program.exit;
  });
  await program.saw("Deno does not permit reading NATS_URL");
  await program.saw("run with --allow-env=NATS_URL");
  await program.saw("--allow-net=localhost:4222");
});
