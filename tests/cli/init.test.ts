import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUserProject, type UserProject } from "../support/installed_package.ts";
import {
  binaryOf,
  currentRuntime,
  runProgram,
  type Runtime,
  startProgram,
} from "../support/program.ts";
import { cli, createFolder } from "./support.ts";

describe("init, by the package as npm packs it", () => {
  const runtime = currentRuntime();
  let project: UserProject;

  beforeAll(async () => {
    project = await createUserProject();
    // Deno finds the installed packages by it; the others get one of their own.
    if (runtime !== "deno") await rm(join(project.folder, "package.json"));
  });

  afterAll(async () => {
    await project?.[Symbol.asyncDispose]();
  });

  it("creates a project whose own test passes, and whose driver runs its task", async () => {
    const program = join(project.folder, "node_modules/@conveyor/driver/dist/cli.js");
    const source = runtime === "deno" ? ["--package", "npm:@conveyor/driver@^0.1.0"] : [];
    const args = ["init", ".", "--runtime", runtime, "--no-install", ...source];
    const created = await runProgram(binaryOf("node"), [program, ...args], { cwd: project.folder });
    expect(created).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^created .*task\.yaml/),
    });

    const { command, args: line } = await commandOf("test");
    const test = await runProgram(command, line, { cwd: project.folder });
    expect(test.output).toMatch(/(?:pass 1\b|1 passed|\b1 pass\b)/);
    expect(test.code).toBe(0);

    const dev = await commandOf("dev");
    await using running = startProgram(dev.command, [...dev.args, "--port", "0"], {
      cwd: project.folder,
    });
    await running.saw("ready");
    const [url = ""] = /http:\/\/127[\d.:]+/.exec(running.output) ?? [];
    const task = await commandOf("task");
    const { code, output } = await runProgram(task.command, [...task.args, "--url", url], {
      cwd: project.folder,
    });
    expect(output).toMatch(/✓ greet +[\d.]+ s {2}greeted world\n/);
    expect(code).toBe(0);
  }, 120_000);

  /** The command that a script of the project is, so that options can be added on every runtime. */
  async function commandOf(name: string): Promise<{ command: string; args: string[] }> {
    const file = runtime === "deno" ? "deno.json" : "package.json";
    const { scripts, tasks } = JSON.parse(await readFile(join(project.folder, file), "utf8"));
    const [first = "", ...rest] = String((scripts ?? tasks)[name]).split(" ");
    const bin = join(project.folder, "node_modules/@conveyor/driver/dist/cli.js");
    const words = rest.map((word) => word === "conveyor-driver" ? bin : word);
    if (first === "conveyor-driver") return { command: binaryOf("node"), args: [bin, ...words] };
    // What npm's packages need for types is not among what they need to run.
    const unchecked = first === "deno" && words[0] === "test" ? ["--no-check"] : [];
    return { command: binaryOf(first as Runtime), args: [...words, ...unchecked] };
  }

  it("writes over nothing, unless it is told to", async () => {
    await using folder = await createFolder();
    await folder.write("task.yaml", "mine");
    const args = ["init", folder.path, "--no-install"];
    const { code, output } = await cli(args);
    expect(output).toContain("has task.yaml already");
    expect(code).toBe(2);
    expect(await readFile(join(folder.path, "task.yaml"), "utf8")).toBe("mine");
    expect((await cli([...args, "--force", "--json"])).code).toBe(0);
    expect(await readFile(join(folder.path, "task.yaml"), "utf8")).toContain("whom: world");
  });

  it.each([
    ["npm/11.0.0 node/v24.0.0 linux x64", ["--runtime", "node"], "npm run test"],
    ["pnpm/10.0.0 npm/? node/v24.0.0", ["--runtime", "node"], "pnpm run test"],
    ["yarn/4.0.0 npm/? node/v24.0.0", ["--runtime", "node"], "yarn run test"],
    ["npm/11.0.0", ["--runtime", "deno"], "deno task test"],
    ["bun/1.4.0 npm/?", ["--runtime", "bun"], "bun run test"],
  ])("started by %s with %j, it says %s", async (agent, args, said) => {
    await using folder = await createFolder();
    const { output } = await cli(["init", folder.path, "--no-install", ...args], {
      env: { npm_config_user_agent: agent },
    });
    expect(output).toContain(said);
  });

  it("reports an installation that fails, and keeps the files", async () => {
    await using folder = await createFolder();
    const args = ["init", folder.path, "--runtime", "node", "--package", "file:absent.tgz"];
    const { code, output } = await cli(args, { env: { npm_config_offline: "true" } });
    expect(output).toContain(`the files are written, but "npm install" ended with code`);
    expect(code).toBe(1);
    expect(await readFile(join(folder.path, "driver.js"), "utf8")).toContain("createDriver");
  });
});
