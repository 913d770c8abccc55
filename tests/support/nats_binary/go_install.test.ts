import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installNatsServer } from "../nats_binary.ts";
import { bareMachine, failureOf, namesInCache } from "./bare_machine.ts";

/**
 * A `go` that does what the real one does, as far as the search can see: it writes the server into GOBIN. The real one
 * would compile for a minute in each run of the tests on a machine that has not done so before.
 */
const GO = `
echo "$GOFLAGS $*" >> "\${0%/*}/asked"
release=\${2##*@}
printf '#!/bin/sh\\necho "nats-server: %s"\\n' "$release" > "$GOBIN/nats-server"`;

describe("with Go alone", () => {
  it("the server that Conveyor embeds is built into the cache, once", async () => {
    await using machine = await bareMachine();
    await machine.addProgram("go", GO);
    const path = join(machine.cache, "v2.11.15", "nats-server");
    expect(await machine.search()).toEqual({ path, version: "2.11.15", source: "Go" });
    expect(await machine.search()).toEqual({ path, version: "2.11.15", source: "the cache" });
    expect(await namesInCache(machine)).toEqual(["v2.11.15"]);
    expect(await readFile(join(machine.bin, "asked"), "utf8"))
      .toBe("-mod=mod install github.com/nats-io/nats-server/v2@v2.11.15\n");
  });

  it("a named release is built, and is no candidate for a search", async () => {
    await using machine = await bareMachine();
    await machine.addProgram("go", GO);
    const { env, cache } = machine;
    const path = join(cache, "v2.10.27", "nats-server");
    expect(await installNatsServer("v2.10.27", { env, cache })).toBe(path);
    expect(await machine.search()).toMatchObject({ version: "2.11.15", source: "Go" });
  });

  it("what Go says when it fails is in the error", async () => {
    await using machine = await bareMachine();
    await machine.addProgram("go", `echo "dial tcp: lookup proxy.test: no such host" >&2; exit 1`);
    expect(await failureOf(machine.search())).toMatch(
      /\n {2}Go: ".*go install .*@v2\.11\.15" failed: dial tcp: lookup proxy\.test: no such host\n/,
    );
    expect(await namesInCache(machine)).toEqual([]);
  });
});
