import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  cli,
  createFolder,
  type Dev,
  driverFile,
  type Folder,
  jsonLines,
  startCli,
  startDev,
} from "./support.ts";

let dev: Dev;
let folder: Folder;
const env = () => ({ env: dev.env });

beforeAll(async () => {
  folder = await createFolder();
  dev = await startDev([driverFile("build.ts"), driverFile("deploy.ts"), "--no-watch"]);
});

afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

describe("trigger", () => {
  it("shows steps and log of a run that succeeds, and ends with 0", async () => {
    const { code, output } = await cli(["trigger", "web", "--follow"], env());
    expect(output).toMatch(/^run [\da-f-]{36}: create workflow\/web through workflow\n/);
    expect(output).toContain("\nbuild  │ building web\n");
    expect(output).toContain("\ndeploy │ deploying web:1 region=eu\n");
    expect(output).toMatch(
      /\n✓ build +[\d.]+ s {2}built\n✓ deploy +[\d.]+ s {2}web:1 is deployed\n/,
    );
    expect(output).toMatch(/\nthe run succeeded in [\d.]+ s\n$/);
    expect(output).not.toContain("\x1b[");
    expect(code).toBe(0);
  });

  it("ends with 1 when the run fails, and says where", async () => {
    const { code, output } = await cli(["trigger", "bad", "--spec", '{"fail":true}', "-f"], env());
    expect(output).toMatch(/\n✗ build +[\d.]+ s {2}the build is broken\n· deploy +not reached\n/);
    expect(output).toMatch(/the run failed at build in [\d.]+ s\n$/);
    expect(code).toBe(1);
  });

  it("runs the resource of a YAML file under a name of its own, and updates one that exists", async () => {
    const named = await folder.write(
      "named.yaml",
      "name: named\nresource: workflow\npipeline: workflow\nspec: {}\n",
    );
    const first = await cli(["trigger", named, "--follow"], env());
    expect(first.output).toContain(": create workflow/named through workflow");
    const second = await cli(["trigger", named, "--follow"], env());
    expect(second.output).toContain(": update workflow/named through workflow");
    expect(second.code).toBe(0);
    const unnamed = await folder.write("task.yaml", "pipeline: workflow\nspec: {}\n");
    const third = await cli(["trigger", unnamed], env());
    expect(third.output).toMatch(/: create workflow\/task-[\da-f]{8} through workflow\n$/);
  });

  it("follows a resource without a pipeline until the named drivers have ended", async () => {
    const file = await folder.write(
      "direct.json",
      '{"name":"direct","resource":"workflow","spec":{"fail":true}}',
    );
    const { code, output } = await cli(["trigger", file, "--follow", "--steps", "build"], env());
    expect(output).toContain("✗ build");
    expect(code).toBe(1);
  });

  it("writes JSON lines for scripts", async () => {
    const { code, output } = await cli(["trigger", "json", "--follow", "--json"], env());
    const lines = jsonLines(output);
    expect(lines[0]).toMatchObject({
      type: "run-started",
      event: "create",
      steps: ["build", "deploy"],
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ type: "log", driver: "build", message: "building json" }),
    );
    expect(lines.at(-1)).toMatchObject({ type: "run-ended", success: true, complete: true });
    expect(output.trim().split("\n")).toHaveLength(lines.length);
    expect(code).toBe(0);
  });

  it("leaves the run alone when it is interrupted, and ends with 130", async () => {
    const file = await folder.write(
      "lost.yaml",
      "name: lost\nresource: workflow\npipeline: nowhere\nspec: {}\n",
    );
    await cli([
      "apply",
      await folder.write("nowhere.yaml", "name: nowhere\nresource: workflow\nsteps: [absent]\n"),
    ], env());
    await using program = startCli(["trigger", file, "--follow"], env());
    await program.saw("run ");
    program.kill("SIGINT");
    expect(await program.exit).toBe(130);
    expect(program.output).toContain("SIGINT was received");
  });

  it("says that nobody returns the steps of a pipeline before it starts anything", async () => {
    const args = ["trigger", "x", "--pipeline", "unknown", "--follow"];
    const { code, output } = await cli(args, env());
    expect(output).toContain("pass --steps");
    expect(code).toBe(2);
    expect((await cli(["get", "resource", "workflow", "x"], env())).code).toBe(3);
  });
});

describe("apply", () => {
  it("creates what a YAML file of several documents has", async () => {
    const file = await folder.write(
      "all.yaml",
      `kind: resource
name: first
resource: site
pipeline: ship
spec: { region: eu }
---
kind: pipeline
name: ship
resource: site
steps: [build, { driver: deploy }]
---
kind: definition
name: site
schema: { type: object, required: [region] }
`,
    );
    const { code, output } = await cli(["apply", file], env());
    expect(output).toMatch(
      /^definition site applied\npipeline ship applied\nresource site\/first created, run [\da-f-]{36}\n$/,
    );
    expect(code).toBe(0);
    expect((await cli(["apply", file], env())).output).toMatch(
      /resource site\/first updated, run /,
    );
  });

  it("creates what a JSON file has, and says so as JSON", async () => {
    const file = await folder.write(
      "all.json",
      JSON.stringify({
        definitions: [{ name: "page", schema: true }],
        resources: [{ name: "p", resource: "page", spec: {} }],
      }),
    );
    const { code, output } = await cli(["apply", file, "--json"], env());
    expect(jsonLines(output)).toMatchObject([
      { kind: "definition", name: "page", done: "applied" },
      { kind: "resource", resource: "page", name: "p", done: "created" },
    ]);
    expect(code).toBe(0);
  });

  it.each([
    ["text: [", "is not YAML"],
    ["just text", "must be an object"],
    ["nothing: known", "must have a kind (definition, pipeline, resource)"],
    ["kind: pipeline\nname: p\nresource: r\nsteps: build", "steps must be a list"],
    ["kind: pipeline\nresource: r\nsteps: [a]", "name is missing"],
    ["spec: {}", "a resource needs a name"],
    ["", "is empty"],
  ])("refuses %j", async (text, reason) => {
    const { code, output } = await cli(["apply", await folder.write("wrong.yaml", text)], env());
    expect(output).toContain(reason);
    expect(code).toBe(2);
  });

  it("passes on what the server refuses, and ends with 3", async () => {
    const file = await folder.write("refused.yaml", "name: r\nresource: nothing\nspec: {}\n");
    const { code, output } = await cli(["apply", file], env());
    expect(output).toContain("not found");
    expect(code).toBe(3);
  });
});

describe("logs, get and list", () => {
  it("shows a run's log, as it is stored and as it comes", async () => {
    const { output } = await cli(["trigger", "logged", "--follow", "--json"], env());
    const runId = String(jsonLines(output)[0]!["runId"]);
    const stored = await cli(["logs", runId], env());
    expect(stored.output).toContain("build │ building logged\n");
    expect(stored.output.indexOf("building")).toBeLessThan(stored.output.indexOf("deploying"));
    expect(stored.code).toBe(0);
    const one = await cli(["logs", runId, "--driver", "deploy", "--timestamps"], env());
    expect(one.output).toMatch(/^\d{4}-\d\d-\d\dT\S+Z deploy │ /);
    expect(one.output).not.toContain("building");
    await using program = startCli(["logs", runId, "--follow", "--json"], env());
    await program.saw("deploying logged:1");
    program.kill("SIGINT");
    expect(await program.exit).toBe(130);
  });

  it("shows a resource with its results, a type, a pipeline and the server", async () => {
    await cli(["trigger", "shown", "--follow"], env());
    const resource = await cli(["get", "resource", "workflow", "shown"], env());
    expect(resource.output).toContain("name: shown\n");
    expect(resource.output).toContain("image: shown:1\n");
    const definition = await cli(["get", "definition", "workflow", "--json"], env());
    expect(jsonLines(definition.output)[0]).toMatchObject({
      name: "workflow",
      schema: { type: "object" },
    });
    const pipeline = await cli(["get", "pipeline", "workflow", "-o", "json"], env());
    expect(JSON.parse(pipeline.output)).toMatchObject({
      steps: [{ driver: "build" }, { driver: "deploy" }],
    });
    const server = await cli(["get", "server", "--json"], env());
    expect(jsonLines(server.output)[0]).toMatchObject({
      url: dev.url,
      health: { status: "healthy" },
    });
  });

  it("says what is not there, and ends with 3", async () => {
    const { code, output } = await cli(["get", "resource", "workflow", "absent"], env());
    expect(output).toMatch(/^error: .*absent/);
    expect(code).toBe(3);
  });

  it("lists runs, the newest first", async () => {
    await cli(["trigger", "listed", "--follow"], env());
    const { output, code } = await cli(["list", "--limit", "1"], env());
    expect(output).toMatch(/^RUN +STARTED +PIPELINE +DRIVERS\n/);
    expect(output.trimEnd().endsWith("workflow  build: succeeded, deploy: succeeded")).toBe(true);
    expect(code).toBe(0);
    const { output: json } = await cli(["list", "runs", "--driver", "build", "--json"], env());
    expect(jsonLines(json)[0]).toMatchObject({
      pipeline: "workflow",
      drivers: { build: "succeeded" },
    });
  });
});

describe("any command", () => {
  it("ends with 3 when there is no server, without a stack", async () => {
    const args = ["list", "--url", "http://127.0.0.1:1"];
    const { code, output } = await cli(args);
    expect(output).toMatch(/^error: cannot .*127\.0\.0\.1:1/);
    expect(output).not.toContain("    at ");
    expect(code).toBe(3);
  });

  it("writes a failure as JSON for scripts", async () => {
    const { code, output } = await cli(["list", "--url", "http://127.0.0.1:1", "--json"]);
    expect(jsonLines(output)).toMatchObject([{ type: "error", code: "connection" }]);
    expect(code).toBe(3);
  });

  it("shows no password of a URL", async () => {
    const url = "http://user:hunter2-hunter2@127.0.0.1:1";
    const { output } = await cli(["get", "server", "--url", url]);
    expect(output).not.toContain("hunter2");
    expect(output).toContain("error: ");
  });

  it("is coloured where colours are asked for, and not with NO_COLOR", async () => {
    const coloured = await cli(["--help"], { env: { FORCE_COLOR: "1", NO_COLOR: "" } });
    expect(coloured.output).toContain("\x1b[1mCommands\x1b[0m");
    const plain = await cli(["--help"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    expect(plain.output).not.toContain("\x1b[");
  });
});
