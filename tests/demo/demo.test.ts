import { describe, expect, test } from "vitest";
import { startNatsServer } from "../support/nats_server.ts";
import { runProgram } from "../support/program.ts";

const demo = (...args: string[]) => runProgram("npm", ["run", "--silent", "demo", "--", ...args]);

/** The lines of a step's log. */
function logOf(output: string, step: string): string[] {
  const lines = output.split("\n").map((line) => line.split("│"));
  return lines.filter(([name]) => name?.trim() === step).map(([, text]) => text?.trim() ?? "");
}

describe.concurrent("npm run demo", { timeout: 120_000 }, () => {
  test("runs its three steps on this repository, and ends with code 0", async () => {
    const { code, output } = await demo();
    expect(output).toMatch(/✓ survey +\d+\.\d\d s {2}[\d,]+ files, [\d,]+ lines\n/);
    expect(output).toMatch(/✓ check {2} +\d+\.\d\d s {2}\d+ imports and links lead somewhere\n/);
    expect(output).toMatch(/✓ build {2} +\d+\.\d\d s {2}\d+ files, [\d.]+ kB\n/);
    expect(output).toMatch(/all 3 steps passed in \d+\.\d\d s/);
    expect(logOf(output, "survey")).toContainEqual(
      expect.stringMatching(/^TypeScript +[\d,]+ files/),
    );
    // One line of its own, between those of the manager.
    expect(logOf(output, "build")).toEqual([
      expect.stringMatching(/^\[conveyor\] attempt 1/),
      "$ tsup --silent --no-dts --no-sourcemap",
      expect.stringMatching(/^\[conveyor\] succeeded/),
    ]);
    expect(output).not.toContain("\x1b[");
    expect(code).toBe(0);
  });

  test("ends with code 1 and the reason when a step fails", async () => {
    const { code, output } = await demo("--fail");
    const reason = "examples/demo/problem/README.md points to ./missing.md, which is not there";
    expect(logOf(output, "check")).toContain(reason);
    expect(output).toMatch(/✓ survey/);
    expect(output).toMatch(/✗ check/);
    expect(output).toMatch(/· build +not reached/);
    expect(output).toContain(`failed at check: ${reason} in `);
    expect(logOf(output, "build")).toEqual([]);
    expect(code).toBe(1);
  });

  test("does the same on a NATS server, again and again", { timeout: 240_000 }, async () => {
    await using nats = await startNatsServer();
    for (let time = 0; time < 2; time++) {
      const { code, output } = await demo("--nats", nats.url);
      expect(output).toContain(nats.url);
      expect(output).toMatch(/all 3 steps passed/);
      expect(code).toBe(0);
    }
  });

  test("an option that it does not know is refused in a line", async () => {
    const { code, output } = await demo("--bogus");
    expect(output.trim()).toBe("Unknown option '--bogus'");
    expect(code).toBe(1);
  });
});
