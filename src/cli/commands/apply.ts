/** `apply`: gives the server what files describe. @module */

import type { Client, ResourceInput } from "../../client/mod.ts";
import { API_OPTIONS, connectApi } from "../api/connect.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { type Manifest, readManifest, type ResourceDocument } from "../files/manifest.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage_error.ts";

/** `conveyor-driver apply`. */
export const apply: Command = {
  name: "apply",
  arguments: "FILE...",
  completes: "files",
  summary: "Create or update the resource types, pipelines and resources of JSON or YAML files",
  details:
    "A YAML file may have several documents, a JSON file a list. The kind of a document is definition, pipeline or resource; it\n" +
    "may be left out where the document has a schema, steps or a spec. Types come first, then pipelines, then resources. Creating\n" +
    "or updating a resource starts a run. - is standard input.",
  options: API_OPTIONS,
  examples: [
    ["conveyor.yaml", "types and pipelines of a project"],
    ["conveyor.yaml task.json", "several files"],
    ["- < conveyor.yaml", "standard input"],
  ],
  async run({ positionals, values, terminal }) {
    if (positionals.length === 0) throw new UsageError("name at least one file");
    const manifest = await readManifest(positionals);
    const resources = manifest.resources.map(whole);
    const client = await connectApi(values);
    await applyDefinitions(client, manifest, terminal);
    const { createOrUpdateResource } = await import("../../client/mod.ts");
    for (const resource of resources) {
      const { run, runId } = await createOrUpdateResource(client, resource);
      const { resource: type, name } = resource;
      const done = run ? "created" : "updated";
      terminal.value(
        { kind: "resource", resource: type, name, done, runId },
        () => `resource ${type}/${name} ${done}${runId === undefined ? "" : `, run ${runId}`}`,
      );
    }
    return EXIT.ok;
  },
};

async function applyDefinitions(
  client: Client,
  { definitions, pipelines }: Manifest,
  terminal: Terminal,
): Promise<void> {
  const applied = (kind: string, name: string) =>
    terminal.value({ kind, name, done: "applied" }, () => `${kind} ${name} applied`);
  for (const definition of definitions) {
    await client.createOrUpdateResourceDefinition(definition);
    applied("definition", definition.name);
  }
  for (const pipeline of pipelines) {
    await client.createPipeline(pipeline);
    applied("pipeline", pipeline.name);
  }
}

function whole({ name, resource, pipeline, spec }: ResourceDocument): ResourceInput {
  if (name === undefined || resource === undefined) {
    throw new UsageError(`a resource needs a name and a resource (its type)`);
  }
  return { name, resource, spec, ...(pipeline !== undefined && { pipeline }) };
}
