// Builds a repository and shows the log: node build.js https://github.com/octocat/Hello-World

import process from "node:process";
import { createClient, ensureDefinitions, runResource } from "@conveyor/driver/client";
import { definition, pipeline } from "./pipeline.js";

const [, , url = "", script = "ls -la", name = "app"] = process.argv;
const client = createClient();
await ensureDefinitions(client, { definitions: [definition], pipelines: [pipeline] });
const run = await runResource(
  client,
  {
    name: `${name}-${Date.now()}`,
    resource: pipeline.resource,
    pipeline: pipeline.name,
    spec: { url, steps: [{ name: "test", run: script }], image: { name } },
  },
  {
    steps: pipeline.steps,
    onLog: ({ driver, message }) => console.log(`${driver.padEnd(8)} │ ${message}`),
  },
);
if (run.success) {
  console.log(`built ${run.results.image.data.tag} of ${run.results.clone.data.commit}`);
} else {
  const failed = Object.values(run.results).find(({ success }) => !success);
  console.log(`failed in ${run.failedDriver}: ${failed?.message}`);
  process.exitCode = 1;
}
