import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../mod.ts";
import { ensureDefinitions, runResource } from "../../src/client/mod.ts";
import { createDevServer, type DevServer } from "../../src/dev/mod.ts";
import { createUserProject, type UserProject } from "../support/installed_package.ts";
import { type NatsServer, startNatsServer } from "../support/nats_server.ts";
import { binaryOf, currentRuntime, type Program, ROOT, startProgram } from "../support/program.ts";

const runtime = currentRuntime();
const example = join(ROOT, "examples", runtime);
const ARTIFACT = "the artifact\n";

/** The command that the example's README names: the one that starts it. */
const command = /Start it with one command:\n\n```sh\n(.*)\n```$/m
  .exec(readFileSync(join(example, "README.md"), "utf8"))?.[1] ?? "";

describe(`examples/${runtime}, started by \`${command}\``, () => {
  let nats: NatsServer;
  let server: DevServer;
  let files: Server;
  let project: UserProject;
  let program: Program;

  beforeAll(async () => {
    [nats, project] = await Promise.all([startNatsServer(), createUserProject()]);
    server = createDevServer({ servers: nats.url });
    await server.listen();
    files = createServer((_request, response) => void response.end(ARTIFACT));
    await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
    await cp(example, project.folder, {
      recursive: true,
      filter: (path) => !path.endsWith("package.json"),
    });
    await adopt(project.folder);

    const [tool = "", ...args] = command.split(" ");
    // What the command starts by name is this runtime, and for Node's sake npm comes from where Node is.
    const PATH = [dirname(binaryOf("node")), dirname(binaryOf(runtime)), process.env["PATH"]].join(
      delimiter,
    );
    program = startProgram(tool === runtime ? binaryOf(runtime) : tool, args, {
      cwd: project.folder,
      env: { NATS_URL: nats.url, PATH },
      group: true,
    });
    await program.saw("bound to the stream");
  });

  afterAll(async () => {
    await program?.[Symbol.asyncDispose]();
    await server?.close();
    await nats?.stop();
    files?.close();
    await project?.[Symbol.asyncDispose]();
  });

  async function verify(name: string, sha256: string) {
    const client = createClient({ url: server.url });
    await ensureDefinitions(client, {
      definitions: [{ name: "artifact", schema: { type: "object", required: ["url", "sha256"] } }],
      pipelines: [{ name: "check", resource: "artifact", steps: ["verify"] }],
    });
    const url = `http://127.0.0.1:${(files.address() as AddressInfo).port}/`;
    const run = await runResource(
      client,
      { name, resource: "artifact", pipeline: "check", spec: { url, sha256 } },
      { steps: ["verify"] },
    );
    return run.results["verify"];
  }

  const digest = createHash("sha256").update(ARTIFACT).digest("hex");

  it("verifies an artifact that is what it should be", async () => {
    expect(await verify("good", digest)).toEqual({
      success: true,
      message: "good is what it should be",
      data: { digest },
    });
  });

  it("fails one that is not, and says what it is", async () => {
    expect(await verify("bad", "0000")).toEqual({
      success: false,
      message: `bad has another digest: ${digest}`,
      data: null,
    });
  });

  it("stops gracefully on Ctrl-C", async () => {
    program.kill("SIGINT");
    await program.exit;
    expect(program.output).toContain("stopped: every message is settled");
  });
});

/** Lets the example use the package that was packed: the registries do not have this one yet. */
async function adopt(folder: string): Promise<void> {
  if (runtime === "deno") {
    const path = join(folder, "deno.json");
    const config = JSON.parse(await readFile(path, "utf8"));
    delete config.imports["@conveyor/driver"]; // From here on, package.json says where it is.
    return await writeFile(path, JSON.stringify({ ...config, nodeModulesDir: "manual" }));
  }
  const path = join(folder, "package.json");
  const { dependencies } = JSON.parse(await readFile(path, "utf8"));
  const manifest = JSON.parse(await readFile(join(example, "package.json"), "utf8"));
  await writeFile(path, JSON.stringify({ ...manifest, dependencies }));
}
