import { expect, it } from "vitest";
import { commandFor, currentRuntime, startProgram } from "./program.ts";

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it("a nats-server ends with the tests that started it, also when they are killed", async () => {
  const { command, args } = commandFor(currentRuntime(), "tests/support/nats_server_program.ts");
  await using program = startProgram(command, args);
  await program.saw("pid ");
  const pid = Number(/pid (\d+)/.exec(program.output)?.[1]);
  expect(isRunning(pid)).toBe(true);
  program.kill("SIGKILL");
  await program.exit.catch(() => {});
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
});
