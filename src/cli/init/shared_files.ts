/** The files that a new project has on every runtime. @module */

import { commandsOf } from "./project_commands.ts";
import type { ProjectOptions } from "./project_options.ts";

/** The resource type of the driver, and the pipeline that it is a step of. */
export const conveyorYaml: string =
  `# What the server has to have: conveyor-driver apply conveyor.yaml
kind: definition
name: workflow
description: What the drivers of this project work on
schema:
  type: object
  required: [whom]
  properties:
    whom: { type: string }
---
kind: pipeline
name: workflow
resource: workflow
steps: [greet]
`;

/** A resource to run the driver with. */
export const taskYaml: string = `# A task for the driver: conveyor-driver trigger task.yaml --follow
kind: resource
resource: workflow
pipeline: workflow
spec:
  whom: world
`;

/** What is not kept. */
export const gitignore = "node_modules/\n";

/** Writes the README. */
export function readme(options: ProjectOptions, driver: string, test: string): string {
  const { install, run } = commandsOf(options);
  return `# ${options.name}

A driver of [Conveyor CI](https://conveyor.open.ug).

\`\`\`sh
${install}
${run("test")} # runs ${test}
${run("dev")} # ${driver} on a server in the same process; reloads it when it changes
${run("task")} # in another terminal: runs task.yaml, and shows its log
${run("start")} # ${driver} against the server that CONVEYOR_SERVER_URL and NATS_URL name
\`\`\`

\`conveyor.yaml\` has the resource type and the pipeline. \`dev\` gives them to its server; a real
server gets them by \`conveyor-driver apply conveyor.yaml\`.
`;
}
