/** The commands of a project, by its package manager. @module */

import type { ProjectOptions } from "./project_options.ts";

/** How a project is installed, and how its scripts are run. */
export interface ProjectCommands {
  readonly install: string;
  readonly run: (script: string) => string;
}

/** Returns the commands of a project. */
export function commandsOf(
  { packageManager }: Pick<ProjectOptions, "packageManager">,
): ProjectCommands {
  if (packageManager === "deno") {
    return { install: "deno install", run: (script) => `deno task ${script}` };
  }
  const install = `${packageManager} install`;
  return { install, run: (script) => `${packageManager} run ${script}` };
}
