import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUserProject, type UserProject } from "../support/installed_package.ts";
import { binaryOf, currentRuntime, ROOT, runProgram, type Runtime } from "../support/program.ts";

const runtime = currentRuntime();

/** Each runtime's own test runner; vitest runs on Node. */
const RUNNERS: Readonly<Record<Runtime, readonly (readonly string[])[]>> = {
  node: [
    ["--test", "driver.node.test.js"],
    ["node_modules/vitest/vitest.mjs", "run", "driver.vitest.test.js"],
  ],
  deno: [["test", "-A", "--no-check", "driver.deno.test.ts"]],
  bun: [["test", "./driver.bun.test.ts"]],
};

describe("examples/testing", () => {
  let project: UserProject;

  beforeAll(async () => {
    project = await createUserProject();
    await cp(join(ROOT, "examples/testing"), project.folder, {
      recursive: true,
      filter: (path) => !path.endsWith("package.json"),
    });
    await symlink(
      join(ROOT, "node_modules/vitest"),
      join(project.folder, "node_modules/vitest"),
    );
  });

  afterAll(async () => {
    await project?.[Symbol.asyncDispose]();
  });

  it.each(RUNNERS[runtime])(
    `passes on ${runtime}: %s %s %s`,
    async (...args) => {
      const { code, output } = await runProgram(binaryOf(runtime), args, {
        cwd: project.folder,
        env: { NODE_ENV: undefined, VITEST: undefined },
      });
      expect(output).toMatch(/pass 4|4 pass/);
      expect({ code, output }).toMatchObject({ code: 0 });
    },
  );
});
