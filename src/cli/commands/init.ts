/** `init`: creates a driver project. @module */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import process from "node:process";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { packageManagerAtHand, runtimeAtHand } from "../init/detect.ts";
import { projectFiles } from "../init/project.ts";
import type { PackageManager, ProjectRuntime } from "../init/project_options.ts";
import { commandsOf } from "../init/project_commands.ts";
import { UsageError } from "../usage_error.ts";

const RUNTIMES: readonly ProjectRuntime[] = ["node", "deno", "bun"];
const MANAGERS: readonly PackageManager[] = ["npm", "pnpm", "yarn", "bun", "deno"];

/** `conveyor-driver init`. */
export const init: Command = {
  name: "init",
  arguments: "[FOLDER]",
  completes: "files",
  summary: "Create a driver project, with a test and a task, and install what it needs",
  options: {
    runtime: { type: "string", choices: RUNTIMES, help: "The runtime [the one at hand]" },
    "package-manager": {
      type: "string",
      choices: MANAGERS,
      help: "What installs packages [the one at hand]",
    },
    package: {
      type: "string",
      value: "SOURCE",
      help: "Where @conveyor/driver comes from, for example file:driver.tgz [this release]",
    },
    "no-install": { type: "boolean", help: "Write the files alone" },
    force: { type: "boolean", help: "Write over files that are there" },
  },
  examples: [
    ["my-driver", "in a new folder"],
    ["--runtime deno", "in this folder, for Deno"],
  ],
  async run({ positionals: [folder = ".", ...others], values, terminal }) {
    if (others.length > 0) throw new UsageError("name one folder");
    const path = resolve(process.cwd(), folder);
    const runtime = values.text("runtime") as ProjectRuntime | undefined ?? runtimeAtHand();
    const packageManager = values.text("package-manager") as PackageManager | undefined ??
      packageManagerAtHand(runtime);
    const name = basename(path).toLowerCase().replaceAll(/[^a-z0-9._-]/g, "-") || "driver";
    const source = values.text("package");
    const files = projectFiles({ name, runtime, packageManager, source });
    await writeFiles(path, files, values.flag("force"));
    const { install, run } = commandsOf({ packageManager });
    if (!values.flag("no-install")) {
      const code = await runInstall(install, path, terminal.json);
      if (code !== 0) {
        terminal.error(`the files are written, but "${install}" ended with code ${code}`);
        return EXIT.failed;
      }
    }
    const names = Object.keys(files);
    terminal.value({ type: "created", folder: path, runtime, packageManager, files: names }, () => {
      const { bold, good } = terminal.palette;
      const where = relative(process.cwd(), path);
      const steps = [
        ...(where === "" ? [] : [`cd ${where}`]),
        ...(values.flag("no-install") ? [install] : []),
        run("test"),
        run("dev"),
        `${run("task")}   (in another terminal)`,
      ];
      return `${good("created")} ${names.join(", ")}\n\n${bold("next")}\n${
        steps.map((step) => `  ${step}`).join("\n")
      }`;
    });
    return EXIT.ok;
  },
};

async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  force: boolean,
): Promise<void> {
  const there = Object.keys(files).filter((name) => existsSync(join(folder, name)));
  if (there.length > 0 && !force) {
    throw new UsageError(`${folder} has ${there.join(", ")} already; pass --force to write over`);
  }
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

/** Resolves with the exit code. */
function runInstall(line: string, cwd: string, quiet: boolean): Promise<number | null> {
  const [command = "", ...args] = line.split(" ");
  return new Promise((resolve, reject) => {
    // On Windows, package managers are scripts, which need a shell.
    const shell = process.platform === "win32";
    const child = spawn(command, args, { cwd, shell, stdio: quiet ? "ignore" : "inherit" });
    child.once("error", () => reject(new UsageError(`cannot run ${line}: is it installed?`)));
    child.once("close", resolve);
  });
}
