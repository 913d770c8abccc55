import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { host } from "../../src/runtime/detect.ts";
import type { ProcessLike, RuntimeGlobals } from "../../src/runtime/globals.ts";
import { processHost } from "../../src/runtime/process_host.ts";
import { webHost } from "../../src/runtime/web_host.ts";

const bare: RuntimeGlobals = { console };

describe("the host of this runtime", () => {
  it("reads the environment", () => {
    process.env["CONVEYOR_SERVER_HOST"] = "from-the-test";
    onTestFinished(() => void delete process.env["CONVEYOR_SERVER_HOST"]);
    expect(host().env("CONVEYOR_SERVER_HOST")).toBe("from-the-test");
    expect(host().env("CONVEYOR_UNSET")).toBeUndefined();
  });

  it("reads text files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "conveyor-host-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "cert.pem");
    await writeFile(path, "grüße\n");
    expect(await host().readTextFile(path)).toBe("grüße\n");
    await expect(host().readTextFile(join(folder, "absent.pem"))).rejects.toThrow("absent.pem");
  });

  it("calls the listener of stop signals until it is removed", async () => {
    const heard: string[] = [];
    const signalled = () =>
      new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
    const stop = host().onStopSignal((signal) => heard.push(signal));
    const first = signalled();
    process.kill(process.pid, "SIGTERM");
    await first;
    stop();
    const second = signalled();
    process.kill(process.pid, "SIGTERM");
    await second;
    expect(heard).toEqual(["SIGTERM"]);
  });

  it("returns the built-in modules of Node", async () => {
    const hooks = await host().builtin<{ AsyncLocalStorage: new () => object }>("async_hooks");
    expect(new hooks!.AsyncLocalStorage()).toBeTypeOf("object");
  });
});

describe("the host of a process", () => {
  it("on Deno treats a variable without permission as unset, and does not prompt", () => {
    const asked: string[] = [];
    const deno = {
      version: { deno: "2.0.0" },
      env: {
        get(name: string) {
          asked.push(name);
          return "value";
        },
      },
      permissions: {
        querySync: ({ variable }: { variable: string }) => ({
          state: variable === "NATS_URL" ? "granted" : "prompt",
        }),
      },
      stdout: { write: () => Promise.resolve(0), writeSync: () => 0 },
    };
    const { env } = processHost("deno", { ...bare, Deno: deno });
    expect([env("NATS_URL"), env("LOKI_ENDPOINT")]).toEqual(["value", undefined]);
    expect(asked).toEqual(["NATS_URL"]);
  });

  it("returns built-in modules on a Node without process.getBuiltinModule", async () => {
    const { builtin } = processHost("node", { ...bare, process: {} });
    expect(await builtin("path")).toHaveProperty("join");
  });

  it("writes to standard output, also where another function has its place, and ends the process", async () => {
    const done: unknown[] = [];
    const process: ProcessLike = {
      stdout: { isTTY: true, write: (text) => done.push(text) },
      exit: (code) => done.push(code) as never,
    };
    const made = processHost("node", { ...bare, process });
    void made.writeOut("line\n");
    await made.outWritten();
    void made.writeOut("another\n");
    made.exit(3);
    expect(made.isTerminal()).toBe(true);
    expect(done).toEqual(["line\n", "another\n", 3]);
  });
});

describe("the host of the edge", () => {
  it("has no files, signals or terminal", async () => {
    const lines: string[] = [];
    const made = webHost("workerd", { console: { log: (text) => void lines.push(text) } });
    await expect(made.readTextFile("cert.pem")).rejects.toThrow(
      "workerd has no file system to read cert.pem from; pass the text instead",
    );
    made.onStopSignal(() => expect.unreachable("there are no signals"))();
    made.writeOut("line\n");
    made.exit(1);
    expect(lines).toEqual(["line"]);
    expect(made.isTerminal()).toBe(false);
    expect(made.env("NATS_URL")).toBeUndefined();
    expect(await made.builtin("fs")).toBeUndefined();
  });

  it("reads variables from process.env", () => {
    const made = webHost("workerd", { ...bare, process: { env: { NATS_URL: "wss://nats" } } });
    expect(made.env("NATS_URL")).toBe("wss://nats");
  });
});
