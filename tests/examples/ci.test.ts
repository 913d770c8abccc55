import { createHmac } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../mod.ts";
import { waitForRun } from "../../src/client/mod.ts";
import { createDevServer, type DevServer } from "../../src/dev/mod.ts";
import { createUserProject, type UserProject } from "../support/installed_package.ts";
import { type NatsServer, startNatsServer } from "../support/nats_server.ts";
import { binaryOf, type Program, ROOT, runProgram, startProgram } from "../support/program.ts";

const SECRET = "a-long-secret";
let nats: NatsServer;
let server: DevServer;
let project: UserProject;
let repository: string;
let env: Record<string, string | undefined>;
const drivers: Program[] = [];

beforeAll(async () => {
  [nats, project, repository] = await Promise.all([
    startNatsServer(),
    createUserProject(),
    createRepository(),
  ]);
  server = createDevServer({ servers: nats.url });
  await server.listen();
  for (const example of ["ci", "webhook"]) {
    await cp(join(ROOT, "examples", example), project.folder, {
      recursive: true,
      filter: (path) => !/package\.json$|README\.md$/.test(path),
    });
  }
  env = {
    NATS_URL: nats.url,
    CONVEYOR_SERVER_URL: server.url,
    CI_FOLDER: join(project.folder, "checkouts"),
  };
  const options = { cwd: project.folder, env };
  // As the README starts them.
  drivers.push(
    startProgram(binaryOf("deno"), ["run", "-A", "main.js", "clone"], options),
    startProgram(binaryOf("node"), ["main.js", "commands"], options),
    startProgram(binaryOf("bun"), ["--no-install", "main.js", "image"], options),
  );
  await Promise.all(drivers.map((driver) => driver.saw("bound to the stream")));
});

afterAll(async () => {
  for (const driver of drivers) await driver[Symbol.asyncDispose]();
  await server?.close();
  await nats?.stop();
  await project?.[Symbol.asyncDispose]();
  if (repository) await rm(repository, { recursive: true, force: true });
});

const git = (...args: string[]) =>
  runProgram("git", ["-c", "user.name=t", "-c", "user.email=t@t.test", ...args], {
    cwd: repository,
  });

/** A repository with a Dockerfile and a Makefile. */
async function createRepository(): Promise<string> {
  repository = await mkdtemp(join(tmpdir(), "conveyor-repository-"));
  await writeFile(join(repository, "Dockerfile"), "FROM alpine:3.22\nCOPY . .\n");
  await writeFile(join(repository, "greeting.txt"), "hello from the repository\n");
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", ".");
  const { code, output } = await git("commit", "--quiet", "--message=first");
  expect(code, output).toBe(0);
  return repository;
}

describe("examples/ci, on Deno, Node and Bun", () => {
  const run = (script: string, name: string) =>
    runProgram(binaryOf("node"), ["build.js", `file://${repository}`, script, name], {
      cwd: project.folder,
      env,
    });

  it("clones, runs the steps and builds the image", async () => {
    const { code, output } = await run("cat greeting.txt; echo $COMMIT", "app");
    const [, commit = ""] = /built app:[0-9a-f]{12} of ([0-9a-f]{40})/.exec(output) ?? [];
    expect(commit, output).not.toBe("");
    expect(output).toMatch(/^commands │ hello from the repository/m);
    expect(output).toContain(`commands │ ${commit}`);
    expect(output).toMatch(/^image {4}│ dry run: docker build .* base=alpine:3\.22 files=2/m);
    expect(code).toBe(0);
  });

  it("ends where a step fails, with the reason", async () => {
    const { code, output } = await run("echo before; exit 3", "bad");
    expect(output).toContain("failed in commands: step test ended with exit code 3");
    expect(output).not.toContain("dry run");
    expect(code).toBe(1);
  });

  it("refuses a driver that it does not have", async () => {
    const { code, output } = await runProgram(binaryOf("node"), ["main.js", "deploy"], {
      cwd: project.folder,
    });
    expect(output).toContain("name drivers: clone, commands, image");
    expect(code).toBe(2);
  });
});

describe("examples/webhook, on workerd", () => {
  it("starts a run for a push that is signed, and only one", async () => {
    await using worker = await startWorker();
    const push = (body: string, secret: string) =>
      fetch(worker.url, {
        method: "POST",
        body,
        headers: {
          "x-hub-signature-256": `sha256=${
            createHmac("sha256", secret).update(body).digest("hex")
          }`,
        },
      });
    const body = JSON.stringify({
      ref: "refs/heads/main",
      after: "9f2c1e0d4b7a0000",
      repository: { name: "hook", clone_url: `file://${repository}` },
    });
    expect((await push(body, "another secret")).status).toBe(401);
    const answer = await push(body, SECRET);
    expect(answer.status).toBe(202);
    const { name, runId } = await answer.json() as { name: string; runId: string };
    expect(name).toBe("hook-9f2c1e0d4b7a");
    const again = await push(body, SECRET);
    expect([again.status, await again.json()]).toEqual([200, { name }]);
    // There is no Makefile: the run fails in the step.
    const outcome = await waitForRun(createClient({ url: server.url }), {
      name,
      resource: "build",
      runId,
      steps: ["clone", "commands", "image"],
    });
    expect(outcome.failedDriver).toBe("commands");
    expect(await push("{}", SECRET).then((response) => response.text())).toBe("nothing to build\n");
  });
});

/** Bundles the worker as its package.json says, and starts it on workerd. */
async function startWorker(): Promise<Program & { url: string }> {
  await mkdir(join(project.folder, "dist"), { recursive: true });
  await build({
    entryPoints: [join(project.folder, "worker.js")],
    outfile: join(project.folder, "dist/worker.js"),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker"],
  });
  const { default: workerd } = await import("workerd" as string) as { default: string };
  const program = startProgram(
    workerd,
    ["serve", "config.capnp", "--socket-addr=http=127.0.0.1:0", "--control-fd=1"],
    { cwd: project.folder, env: { ...env, WEBHOOK_SECRET: SECRET } },
  );
  await program.saw(`"port":`);
  await program.saw("}");
  const [, port] = /"port": *(\d+)/.exec(program.output) ?? [];
  return Object.assign(program, { url: `http://127.0.0.1:${port}` });
}
