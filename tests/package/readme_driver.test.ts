import { readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../mod.ts";
import { ensureDefinitions, runResource } from "../../src/client/mod.ts";
import { createDevServer, type DevServer } from "../../src/dev/mod.ts";
import { createUserProject, type UserProject } from "../support/installed_package.ts";
import { type NatsServer, startNatsServer } from "../support/nats_server.ts";
import { binaryOf, currentRuntime, startProgram } from "../support/program.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The driver that the README opens with. */
const driver = /```js\n(\/\/ driver\.js\n[\s\S]*?)```/.exec(readme)?.[1] ?? "";

/** The command by which the README starts it on this runtime. */
function commandOfReadme(): { command: string; args: string[] } {
  const runtime = currentRuntime();
  const command = new RegExp(`\\| \`(${runtime} [^\`]*driver\\.js)\``).exec(readme)?.[1] ?? "";
  return { command: binaryOf(runtime), args: command.split(" ").slice(1) };
}

describe("the package as npm packs it, installed into an empty folder", () => {
  let nats: NatsServer;
  let server: DevServer;
  let project: UserProject;

  beforeAll(async () => {
    [nats, project] = await Promise.all([startNatsServer(), createUserProject()]);
    server = createDevServer({ servers: nats.url });
    await server.listen();
  });

  afterAll(async () => {
    await server?.close();
    await nats?.stop();
    await project?.[Symbol.asyncDispose]();
  });

  it("runs the driver that the README opens with, by the README's command", async () => {
    await writeFile(join(project.folder, "driver.js"), driver);
    const { command, args } = commandOfReadme();
    await using program = startProgram(command, args, {
      cwd: project.folder,
      env: { NATS_URL: nats.url },
    });
    const client = createClient({ url: server.url });
    await ensureDefinitions(client, {
      definitions: [{ name: "workflow", schema: { type: "object" } }],
      pipelines: [{ name: "hello", resource: "workflow", steps: ["greet"] }],
    });
    await program.saw("bound to the stream");

    const lines: string[] = [];
    const run = await runResource(
      client,
      { name: "world", resource: "workflow", pipeline: "hello", spec: {} },
      { steps: ["greet"], onLog: ({ message }) => void lines.push(message) },
    );

    expect(lines).toEqual([
      expect.stringMatching(/^\[conveyor\] attempt 1 of 5 started: create workflow\/world, /),
      "hello world",
      expect.stringMatching(/^\[conveyor\] succeeded in \S+ s: greeted \(3 log entries\)$/),
    ]);
    expect(run.results["greet"]).toEqual({
      success: true,
      message: "greeted",
      data: { letters: 5 },
    });
    program.kill("SIGTERM");
    expect(await program.exit).toBe(0);
  });

  it("brings few packages along, and none that runs a script when it is installed", async () => {
    const lock = JSON.parse(await readFile(join(project.folder, "package-lock.json"), "utf8"));
    const installed = Object.entries<{ hasInstallScript?: boolean }>(lock.packages)
      .filter(([path]) => path.startsWith("node_modules/"));
    expect(installed.length).toBeLessThanOrEqual(9);
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  });

  it("holds what is needed to run, to type-check and to read, and no more", async () => {
    const folder = join(project.folder, "node_modules/@conveyor/driver");
    expect((await readdir(folder)).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "THIRD_PARTY_NOTICES.md",
      "dist",
      "docs",
      "package.json",
    ]);
    const endings = new Set(
      (await readdir(join(folder, "dist"))).map((name) => /\.[a-z.]+$/.exec(name)?.[0]),
    );
    expect([...endings].sort()).toEqual([".d.ts", ".js", ".js.map"]);
  });
});
