import { expect, it } from "vitest";
import { createNamedPipe, type NamedPipe } from "../../support/named_pipe.ts";
import {
  commandFor,
  currentRuntime,
  type Program,
  type Runtime,
  startProgram,
} from "../../support/program.ts";

/** Those of the driver, and the first and the last of each run. */
const ALL_LINES = 6 * (40 + 2);

/** Starts the driver with the pipe as its standard output. */
function startDriver(runtime: Runtime, pipe: NamedPipe): Program {
  const { command, args } = commandFor(runtime, "tests/manager/support/talkative_driver.ts");
  const env = { PIPE: pipe.path, CONVEYOR_LOG_FORMAT: "json" };
  return startProgram("/bin/sh", ["-c", 'exec "$@" > "$PIPE"', "sh", command, ...args], { env });
}

function droppedOf({ output }: Program): number {
  return JSON.parse(/^SINK (.*)$/m.exec(output)![1]!).dropped;
}

it.each([currentRuntime()])(
  "on %s runs go on while nobody reads standard output, and what is dropped is counted",
  async (runtime) => {
    await using pipe = createNamedPipe();
    await using program = startDriver(runtime, pipe);
    await program.saw("READY");
    program.kill("SIGUSR2");
    await program.saw("RUNS ENDED");
    const text = await pipe.readAll();
    expect(await program.exit).toBe(0);
    const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    const dropped = droppedOf(program);
    expect(dropped).toBeGreaterThan(0);
    expect(lines.filter(({ runId }) => runId !== "").length + dropped).toBe(ALL_LINES);
    const reported = lines.filter(({ message }) =>
      message.includes("standard output was not read")
    );
    expect(reported).toMatchObject([{ level: "warn", runId: "" }]);
  },
);

it.each([currentRuntime()])(
  "on %s runs go on when the reader of standard output has gone",
  async (runtime) => {
    await using pipe = createNamedPipe();
    await using program = startDriver(runtime, pipe);
    await program.saw("READY");
    pipe.close();
    program.kill("SIGUSR2");
    expect(await program.exit).toBe(0);
    expect(program.output).toContain("RUNS ENDED");
    expect(droppedOf(program)).toBeGreaterThan(0);
  },
);
