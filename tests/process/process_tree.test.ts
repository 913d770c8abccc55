import { afterEach, describe, expect, it } from "vitest";
import { run } from "../../src/process/mod.ts";
import { commandFor, currentRuntime, ROOT, startProgram } from "../support/program.ts";
import { pidsIn, running } from "./support/process_family.ts";
import { createRunLog } from "./support/run_log.ts";

/** A shell, a child and a grandchild, all of which ignore SIGTERM and hold the output open. */
const STUBBORN = `
  trap '' TERM
  echo "pid $$"
  sh -c 'echo "pid $$"; sh -c "echo \\"pid \\$\\$\\"; while :; do sleep 1; done" & while :; do sleep 1; done' &
  while :; do sleep 1; done
`;

/** Processes that a failed test would leave. */
const started: number[] = [];
afterEach(async () => {
  for (const pid of await running(started.splice(0))) process.kill(pid, "SIGKILL");
});

/** Starts a script, and aborts it when it has printed so many process ids. */
async function abortAfter(count: number, script: string, killGraceMs: number) {
  const { logger, lines, saw } = createRunLog();
  const stop = new AbortController();
  const running = run("sh", ["-c", script], { logger, signal: stop.signal, killGraceMs });
  running.catch(() => {}); // Awaited below.
  await saw("pid ", count);
  const pids = pidsIn(lines());
  started.push(...pids);
  stop.abort(new Error("lease lost"));
  await expect(running).rejects.toThrow("lease lost");
  await logger.flush();
  return { pids, lines: lines() };
}

describe("an aborted command", () => {
  it("ends on SIGTERM, with what it writes at its end in the log", async () => {
    const script =
      `trap 'echo cleaned up; exit 0' TERM; echo "pid $$"; while :; do sleep 0.05; done`;
    const { pids, lines } = await abortAfter(1, script, 60_000);
    expect(await running(pids)).toEqual([]);
    expect(lines).toContain("cleaned up");
  });

  it("is killed with children and grandchildren that ignore SIGTERM", async () => {
    const { pids } = await abortAfter(3, STUBBORN, 100);
    expect(pids.length).toBe(3);
    expect(await running(pids)).toEqual([]);
  });

  it("is killed with a child that has left its process group", async () => {
    const script = `
      trap '' TERM
      setsid sh -c 'trap "" TERM; echo "pid $$"; while :; do sleep 1; done' &
      echo "pid $$"
      while :; do sleep 1; done
    `;
    const { pids } = await abortAfter(2, script, 100);
    expect(await running(pids)).toEqual([]);
  });

  it("ends although it floods a log that is never drained", async () => {
    const { logger, saw } = createRunLog();
    const stop = new AbortController();
    const flood = run("yes", ["no end"], { logger, signal: stop.signal });
    flood.catch(() => {}); // Awaited below.
    await saw("no end");
    stop.abort(new Error("enough"));
    await expect(flood).rejects.toThrow("enough");
  });
});

describe("a command that runs too long", () => {
  it("is ended, and rejects with a TimeoutError", async () => {
    await expect(run("sleep", ["60"], { timeoutMs: 50 })).rejects.toMatchObject({
      name: "TimeoutError",
      code: "timeout",
      timeoutMs: 50,
      message: `"sleep" was ended: it ran longer than 50 ms`,
    });
  });
});

describe("what a command leaves behind", () => {
  it("is ended after it, and a line reports it", async () => {
    const { logger, lines } = createRunLog();
    const result = await run("sh", ["-c", `sh -c 'echo "pid $$"; exec sleep 60' & echo done`], {
      logger,
    });
    await logger.flush();
    started.push(...pidsIn(lines()));
    expect(result).toMatchObject({ success: true, exitCode: 0 });
    expect(lines()).toContain("done");
    expect(lines()).toContain(`"sh" has left processes behind: ending them`);
    expect(pidsIn(lines()).length).toBe(1);
    expect(await running(pidsIn(lines()))).toEqual([]);
  });

  it("may end by itself and write until then", async () => {
    const { logger, lines } = createRunLog();
    await run("sh", ["-c", "(sleep 0.2; echo late) & echo early"], { logger });
    await logger.flush();
    expect(lines()).toEqual(["early", "late"]);
  });

  it("does not hold up the result when it is a daemon that keeps the output open", async () => {
    const { logger, lines } = createRunLog();
    const daemon = `setsid sh -c 'echo "pid $$"; exec sleep 60' &`;
    const result = await run("sh", ["-c", `${daemon} sleep 0.2; echo done`], { logger });
    await logger.flush();
    started.push(...pidsIn(lines()));
    expect(result.success).toBe(true);
    expect(lines()).toContain("done");
  });
});

describe.each([currentRuntime()])("a process on %s that exits", (runtime) => {
  it("kills the commands that it runs", async () => {
    const { command, args } = commandFor(runtime, `${ROOT}tests/process/support/exiting.ts`);
    await using program = startProgram(command, args);
    await program.exit;
    const pids = pidsIn(program.output.split("\n"));
    started.push(...pids);
    expect(pids.length).toBe(3);
    // The system ends them after the program that has killed them.
    await expect.poll(() => running(pids), { timeout: 10_000 }).toEqual([]);
  });
});
