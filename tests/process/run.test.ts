import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CommandError } from "../../src/process/mod.ts";
import { run } from "../../src/process/mod.ts";
import { createRunLog } from "./support/run_log.ts";

const sh = (script: string, options: Parameters<typeof run>[2] = {}) =>
  run("sh", ["-c", script], options);

describe("run", () => {
  it("logs the output line by line, and tells stdout and stderr apart", async () => {
    const { logger, lines } = createRunLog();
    const result = await sh("echo one; echo two; echo oops >&2; printf 'no end'", { logger });
    await logger.flush();
    expect(lines("stdout")).toEqual(["one", "two", "no end"]);
    expect(lines("stderr")).toEqual(["oops"]);
    expect(result).toMatchObject({
      success: true,
      exitCode: 0,
      signal: null,
      stdout: "one\ntwo\nno end",
      stderr: "oops\n",
      truncated: false,
    });
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it("reports the exit code, and does not throw", async () => {
    expect(await sh("exit 7")).toMatchObject({ success: false, exitCode: 7, signal: null });
  });

  it("reports the signal that ended the command", async () => {
    expect(await sh("kill -SEGV $$")).toMatchObject({
      success: false,
      exitCode: null,
      signal: "SIGSEGV",
    });
  });

  it("throws with `check` when the command fails, without its arguments", async () => {
    const error = await sh("echo why >&2; exit 3 # hunter2", { check: true })
      .catch((thrown: CommandError) => thrown) as CommandError;
    expect(error).toMatchObject({
      code: "command-failed",
      result: { exitCode: 3, stderr: "why\n" },
    });
    expect(error.message).toBe(`"sh" failed with exit code 3`);
    expect(await sh("exit 0", { check: true })).toMatchObject({ success: true });
  });

  it("passes the arguments as they are", async () => {
    const args = ["a b", "", `"quoted"`, "$HOME", "*", "ü", "line\nbreak"];
    const { stdout } = await run("printf", ["%s|", ...args]);
    expect(stdout).toBe(args.map((arg) => `${arg}|`).join(""));
  });

  it("runs in a folder", async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "run-")));
    try {
      expect((await run("pwd", [], { cwd: folder })).stdout).toBe(`${folder}\n`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("adds, changes and removes environment variables", async () => {
    process.env["RUN_TEST_HERE"] = "here";
    process.env["RUN_TEST_GONE"] = "gone";
    const print = `echo "$RUN_TEST_HERE $RUN_TEST_GONE $RUN_TEST_NEW"`;
    const env = { RUN_TEST_NEW: "new", RUN_TEST_GONE: undefined };
    expect((await sh(print)).stdout).toBe("here gone \n");
    expect((await sh(print, { env })).stdout).toBe("here  new\n");
    const { stdout } = await run("/usr/bin/env", [], { env: { ONLY: "1" }, clearEnv: true });
    expect(stdout).toBe("ONLY=1\n");
  });

  it("masks secrets in the log, those of the environment included", async () => {
    const { logger, lines } = createRunLog();
    const { stdout } = await sh(`echo "token $TOKEN and hunter2-hunter2"`, {
      logger,
      secretEnv: { TOKEN: "s3cr3t-t0ken" },
      secrets: ["hunter2-hunter2"],
    });
    await logger.flush();
    expect(lines()).toEqual(["token *** and ***"]);
    expect(stdout).toBe("token s3cr3t-t0ken and hunter2-hunter2\n");
  });

  it("writes text, bytes and streams to standard input, which is empty otherwise", async () => {
    const big = "x".repeat(1_000_000);
    expect((await run("cat", [], { stdin: "text ü" })).stdout).toBe("text ü");
    expect((await run("cat", [], { stdin: new TextEncoder().encode("bytes") })).stdout)
      .toBe("bytes");
    expect((await run("wc", ["-c"], { stdin: new Blob([big]).stream() })).stdout.trim())
      .toBe("1000000");
    expect((await run("cat")).stdout).toBe("");
  });

  it("does not fail when the command does not read its input", async () => {
    expect(await run("true", [], { stdin: "x".repeat(1_000_000) })).toMatchObject({ exitCode: 0 });
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    });
    expect(await run("true", [], { stdin: endless })).toMatchObject({ exitCode: 0 });
  });

  it("rejects when the source of the input fails, and ends the command", async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: () => Promise.reject(new Error("the disk is gone")),
    });
    await expect(run("cat", [], { stdin: broken })).rejects.toThrow("the disk is gone");
  });

  it("says why a command cannot be started", async () => {
    await expect(run("no-such-program-here")).rejects.toMatchObject({
      code: "command-not-started",
      message:
        `cannot start "no-such-program-here": there is no such program; check the name and PATH`,
    });
    await expect(run("true", [], { cwd: "/no/such/folder" })).rejects.toMatchObject({
      code: "command-not-started",
      message: `cannot start "true": there is no folder /no/such/folder`,
    });
    await expect(run("/etc/passwd")).rejects.toMatchObject({ code: "command-not-started" });
  });

  it.each(
    [
      ["command", ["", []]],
      ["command", ["a\0b", []]],
      ["args", ["true", "x"]],
      ["args", ["true", [1]]],
      ["timeoutMs", ["true", [], { timeoutMs: 0 }]],
      ["killGraceMs", ["true", [], { killGraceMs: -1 }]],
      ["maxOutputBytes", ["true", [], { maxOutputBytes: 0 }]],
      ["maxResultBytes", ["true", [], { maxResultBytes: NaN }]],
      ["colors", ["true", [], { colors: "some" }]],
    ] as const,
  )("refuses a wrong %s: %j", async (field, args) => {
    await expect(run(...args as unknown as Parameters<typeof run>)).rejects.toMatchObject({
      code: "config",
      field,
    });
  });

  it("runs without a logger, and starts nothing when the signal has aborted", async () => {
    expect((await sh("echo quiet")).stdout).toBe("quiet\n");
    const folder = await mkdtemp(join(tmpdir(), "run-"));
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(run("touch", [join(folder, "file")], { signal })).rejects.toThrow("too late");
    expect(existsSync(join(folder, "file"))).toBe(false);
    await rm(folder, { recursive: true });
  });
});

describe("output of run", () => {
  it("is whole, in order and in characters, however much it is", async () => {
    const { logger, lines } = createRunLog();
    await sh('i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo "line $i ü"; done', { logger });
    await logger.flush();
    expect(lines()).toEqual(Array.from({ length: 20_000 }, (_, at) => `line ${at + 1} ü`));
  });

  it("collapses progress bars", async () => {
    const { logger, lines } = createRunLog();
    await sh(String.raw`printf '10%%\r50%%\r100%%\n'; printf 'a\rb\r' >&2; echo done >&2`, {
      logger,
      stdout: { progressIntervalMs: Infinity },
      stderr: { progressIntervalMs: Infinity },
    });
    await logger.flush();
    expect(lines("stdout")).toEqual(["100%"]);
    expect(lines("stderr")).toEqual(["done"]);
  });

  it("keeps colours, or strips them", async () => {
    const script = String.raw`printf '\033[31mred\033[0m \033]8;;http://x\007link\033]8;;\007\n'`;
    for (
      const [colors, expected] of [
        ["keep", "\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07"],
        ["strip", "red link"],
      ] as const
    ) {
      const { logger, lines } = createRunLog();
      await sh(script, { logger, colors });
      await logger.flush();
      expect(lines()).toEqual([expected]);
    }
  });

  it("has the level and the labels that are asked for, or is not logged", async () => {
    const { logger, sink, lines } = createRunLog();
    const { stdout } = await sh("echo token; echo oops >&2", {
      logger,
      stdout: { log: false },
      stderr: { level: "error", labels: { step: "login" } },
    });
    await logger.flush();
    expect(stdout).toBe("token\n");
    expect(lines()).toEqual(["oops"]);
    expect(sink.records[0]).toMatchObject({
      level: "error",
      labels: { stream: "stderr", step: "login" },
    });
  });

  it("of a flood is logged up to the cap; a line reports it, and the command ends by itself", async () => {
    const { logger, lines } = createRunLog();
    const result = await sh(
      "yes $LINE | head -c 20000000; echo last",
      {
        env: { LINE: "y".repeat(99) },
        logger,
        maxOutputBytes: 1000,
        maxResultBytes: 10,
      },
    );
    await logger.flush();
    expect(result).toMatchObject({ success: true, stdout: "yyyy\nlast\n", truncated: true });
    expect(lines("stdout")).toEqual([...Array(10).fill("y".repeat(99))]);
    expect(lines().filter((line) => line.startsWith("…"))).toEqual([
      `… output of "sh" beyond 1000 bytes is not logged (maxOutputBytes)`,
    ]);
  });

  it("that is binary is logged without loss of lines, and arrives elsewhere as it is", async () => {
    const { logger, lines } = createRunLog();
    const hash = createHash("sha256");
    const to = new WritableStream<Uint8Array>({ write: (chunk) => void hash.update(chunk) });
    const bytes = new Uint8Array(300_000).map((_, at) => (at * 7919) >> 3 & 0xff);
    await run("cat", [], { stdin: bytes, logger, stdout: { to } });
    await logger.flush();
    expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
    const text = new TextDecoder().decode(bytes);
    expect(lines().length).toBe(text.split("\n").length);
  });

  it("that cannot be written elsewhere ends the command and rejects", async () => {
    const to = new WritableStream<Uint8Array>({
      write: () => Promise.reject(new Error("the disk is full")),
    });
    await expect(run("yes", [], { stdout: { to } })).rejects.toThrow("the disk is full");
  });
});
