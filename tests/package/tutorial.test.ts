import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type DocumentBlock, fixedParts, readBlocks } from "../support/document_blocks.ts";
import { createUserProject, type UserProject } from "../support/installed_package.ts";
import { type NatsServer, startNatsServer } from "../support/nats_server.ts";
import {
  binaryOf,
  currentRuntime,
  type Program,
  ROOT,
  runProgram,
  RUNTIMES,
  startProgram,
} from "../support/program.ts";

const runtime = currentRuntime();
let nats: NatsServer;
let project: UserProject;
let env: Record<string, string | undefined>;
/** What the tutorial has started in terminals of their own. */
const started: Program[] = [];

beforeAll(async () => {
  [nats, project] = await Promise.all([startNatsServer(), createUserProject()]);
  const bin = join(project.folder, "node_modules/.bin");
  await mkdir(bin, { recursive: true });
  for (const each of RUNTIMES) await symlink(binaryOf(each), join(bin, each));
  env = {
    PATH: [bin, process.env["PATH"]].join(delimiter),
    NATS_URL: nats.url,
    CONVEYOR_SERVER_PORT: String(await freePort()),
    CONVEYOR_LOG_FORMAT: "pretty",
    NODE_ENV: undefined,
    VITEST: undefined,
    NODE_OPTIONS: undefined,
  };
});

afterAll(async () => {
  for (const program of started) await program[Symbol.asyncDispose]();
  await nats?.stop();
  await project?.[Symbol.asyncDispose]();
});

it(`every step of the tutorial does what it says on ${runtime}`, { timeout: 120_000 }, async () => {
  const blocks = readBlocks(await readFile(join(ROOT, "docs/tutorial.md"), "utf8"));
  const mine = blocks.filter(({ marks }) =>
    marks.includes(runtime) || !RUNTIMES.some((other) => marks.includes(other))
  );
  let output: string | Program = "";
  const followed = new Set<string>();
  for (const block of mine) {
    if (block.language === "text") {
      await expectOutput(output, block.text);
      followed.add("text");
    } else if (block.file) {
      await writeFile(join(project.folder, block.file), block.text);
    } else if (block.language === "sh") {
      output = await follow(block);
      followed.add(block.marks.at(-1) ?? "");
    }
  }
  expect([...followed].sort()).toEqual(
    ["", "background", "install", "nats", runtime, "text"].sort(),
  );

  const drivers = started.at(-1)!;
  drivers.kill("SIGINT");
  expect(await drivers.exit).toBe(0);
  expect(drivers.output).toContain("stopped: every message is settled");
});

/** Does what a block of commands says, and returns what came out, or the last program that it left running. */
async function follow({ text, marks }: DocumentBlock): Promise<string | Program> {
  // The tarball is installed in place of what the registries do not have yet, and a nats-server runs.
  if (marks.includes("install") || marks.includes("nats")) return "";
  if (marks.includes("background")) {
    for (const command of text.trim().split("\n")) {
      const [program = "", ...args] = command.split(" ");
      expect(program).toBe(runtime);
      started.push(startProgram(binaryOf(runtime), args, { cwd: project.folder, env }));
    }
    return started.at(-1)!;
  }
  const { code, output } = await runProgram("sh", ["-ec", text], { cwd: project.folder, env });
  expect(code, `${text}\n${output}`).toBe(0);
  return output;
}

/** Every line of the text is in the output, in order. */
async function expectOutput(output: string | Program, text: string): Promise<void> {
  let from = 0;
  for (const part of text.trim().split("\n").flatMap(fixedParts)) {
    if (typeof output !== "string") await output.saw(part, from);
    const whole = typeof output === "string" ? output : output.output;
    const at = whole.indexOf(part, from);
    expect(at, `${part}\nin\n${whole}`).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
