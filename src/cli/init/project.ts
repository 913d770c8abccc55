/** The files of a new driver project. @module */

import { VERSION } from "../../version.ts";
import { conveyorYaml, gitignore, readme, taskYaml } from "./shared_files.ts";
import type { ProjectOptions } from "./project_options.ts";
import { driverSource, testSource } from "./sources.ts";

/** Returns the files of a project: their texts by name. */
export function projectFiles(options: ProjectOptions): Readonly<Record<string, string>> {
  const { runtime } = options;
  const isTyped = runtime !== "node";
  const driver = isTyped ? "driver.ts" : "driver.js";
  const test = isTyped ? "driver.test.ts" : "driver.test.js";
  return {
    ...(runtime === "deno" ? denoFiles(options, driver) : packageFiles(options, driver)),
    [driver]: driverSource(isTyped),
    [test]: testSource(runtime, driver),
    "conveyor.yaml": conveyorYaml,
    "task.yaml": taskYaml,
    "README.md": readme(options, driver, test),
    ".gitignore": gitignore,
  };
}

function packageFiles(
  { name, runtime, source = `^${VERSION}` }: ProjectOptions,
  driver: string,
): Record<string, string> {
  // A program of `node_modules/.bin` runs on Node unless Bun is told otherwise.
  const program = runtime === "bun" ? "bun --bun conveyor-driver" : "conveyor-driver";
  return {
    "package.json": json({
      name,
      private: true,
      type: "module",
      scripts: {
        dev: `${program} dev ${driver} --apply conveyor.yaml`,
        start: `${program} run ${driver}`,
        task: `${program} trigger task.yaml --follow`,
        test: runtime === "bun" ? "bun test" : "node --test",
      },
      dependencies: { "@conveyor/driver": source },
    }),
  };
}

function denoFiles(
  { source = `jsr:@conveyor/driver@^${VERSION}` }: ProjectOptions,
  driver: string,
): Record<string, string> {
  const program = `deno run -A ${source}/cli`;
  return {
    "deno.json": json({
      imports: { "@conveyor/driver": source },
      tasks: {
        dev: `${program} dev ${driver} --apply conveyor.yaml`,
        start: `${program} run ${driver}`,
        task: `${program} trigger task.yaml --follow`,
        test: "deno test -A",
      },
    }),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
