import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { cli, createFolder, driverFile, jsonLines, startCli, startDev } from "./support.ts";
import { ROOT } from "../support/program.ts";

const PACKAGE = pathToFileURL(`${ROOT}mod.ts`).href;

const name = "word.js";
const quoted = `"./${name}"`;

/** A driver whose message is that of a file beside it; a resource with `wait` is held until a file is there. */
const DRIVER = `import { existsSync } from "node:fs";
import { createDriver } from "${PACKAGE}";
import { word } from ${quoted};

export default createDriver({
  name: "say",
  resources: ["workflow"],
  async reconcile({ resource, logger }) {
    logger.info("begun with " + word);
    while (resource.spec.wait && !existsSync(resource.spec.wait)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { success: true, message: "said " + word };
  },
});
`;

describe("dev", () => {
  it("says what runs where, shows runs and logs, and ends with 0 on SIGTERM", async () => {
    await using dev = await startDev([driverFile("build.ts"), driverFile("deploy.ts")]);
    const { program, env } = dev;
    expect(program.output).toContain("  driver    build (workflow)\n");
    expect(program.output).toContain("  pipeline  workflow: build → deploy\n");
    await cli(["trigger", "web", "--follow"], { env });
    await program.saw("web:1 is deployed");
    expect(program.output).toMatch(/INFO +build +[\da-f]{8} building web\n/);
    program.kill("SIGTERM");
    expect(await program.exit).toBe(0);
    expect(program.output).toContain("stopped: every message is settled");
  });

  it("reloads a driver when a file that it imports changes, and loses no run", async () => {
    await using folder = await createFolder();
    await folder.write("word.js", `export const word = "one";\n`);
    const file = await folder.write("driver.js", DRIVER);
    await using dev = await startDev([file], { cwd: folder.path });
    const { program, env } = dev;
    const released = `${folder.path}/released`;
    const trigger = (name: string, spec: object) =>
      cli(["trigger", name, "--spec", JSON.stringify(spec), "--follow"], { env });
    const held = trigger("held", { wait: released });
    await program.saw("begun with one");

    await folder.write("word.js", `export const word = "two";\n`);
    await program.saw("the driver files have changed; waiting for ");
    const meanwhile = trigger("meanwhile", {}); // While the old driver drains.
    await folder.write("released", "");
    expect((await held).output).toMatch(/✓ say .* said one\n/);
    expect(await meanwhile).toMatchObject({
      code: 0,
      output: expect.stringMatching(/✓ say .* said two\n/),
    });

    const at = program.output.length;
    await folder.write("word.js", `export const word = ;\n`);
    await program.saw("the drivers run on as they were", at);
    expect((await trigger("broken", {})).output).toMatch(/✓ say .* said two\n/);

    const from = program.output.length;
    await folder.write("word.js", `export const word = "three";\n`);
    await program.saw("reloaded", from);
    expect((await trigger("fixed", {})).output).toMatch(/✓ say .* said three\n/);
  }, 120_000);

  it("takes types and pipelines from a file, and adds those that are missing", async () => {
    await using folder = await createFolder();
    const file = await folder.write(
      "conveyor.yaml",
      "name: ship\nresource: workflow\nsteps: [deploy, build]\n",
    );
    await using dev = await startDev([
      driverFile("build.ts"),
      driverFile("deploy.ts"),
      "--apply",
      file,
      "--json",
    ]);
    const ready = jsonLines(dev.program.output).find(({ type }) => type === "ready");
    expect(ready).toMatchObject({
      drivers: ["build", "deploy"],
      pipelines: [{ name: "ship", steps: ["deploy", "build"] }],
    });
    const { output } = await cli(["get", "definition", "workflow"], { env: dev.env });
    expect(output).toContain("type: object");
  });

  it.each([
    ["no file", [], "name at least one driver file"],
    ["a file that is not there", ["absent.js"], "there is no file absent.js"],
    ["a file without a driver", [`${ROOT}src/version.ts`], "exports no driver"],
    ["a file that cannot be imported", [driverFile("broken.js")], "cannot import"],
    ["a wrong option", [driverFile("build.ts"), "--generation", "v9"], "must be one of v1, v2, v3"],
    ["a wrong number", [driverFile("build.ts"), "--port", "x"], "--port must be a number"],
    [
      "the same driver twice",
      [driverFile("build.ts"), driverFile("twice.ts")],
      "two drivers are named build",
    ],
  ])("refuses %s with 2", async (_, args, reason) => {
    const { code, output } = await cli(["dev", ...args]);
    expect(output).toContain(reason);
    expect(code).toBe(2);
  });

  it("takes another port when the usual one is taken, and refuses one that is asked for", async () => {
    await using dev = await startDev([driverFile("build.ts")]);
    const { port } = new URL(dev.url);
    await using other = startCli(["dev", driverFile("build.ts"), "--port", port]);
    expect(await other.exit).toBe(3);
    expect(other.output).toContain(`cannot listen on 127.0.0.1:${port}`);
  });
});
