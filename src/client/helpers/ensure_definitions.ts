/** Applies resource types and pipelines to a server. @module */

import type { PipelineInput } from "../../protocol/pipeline.ts";
import type { ResourceDefinitionInput } from "../../protocol/resources/resource_definition.ts";
import type { Client } from "../client.ts";
import type { CallOptions } from "../options.ts";

/** The definitions that a server should have. */
export interface WantedDefinitions {
  /** Resource types. */
  definitions?: readonly ResourceDefinitionInput[] | undefined;
  /** Pipelines. */
  pipelines?: readonly PipelineInput[] | undefined;
}

/**
 * Creates or replaces resource types and pipelines, types first. Idempotent. Not supported by v1 servers.
 *
 * @example
 * ```ts
 * import { createClient, ensureDefinitions } from "@conveyor/driver/client";
 *
 * await ensureDefinitions(createClient(), {
 *   definitions: [{ name: "workflow", schema: { type: "object", required: ["region"] } }],
 *   pipelines: [{ name: "ship", resource: "workflow", steps: ["build", "deploy"] }],
 * });
 * ```
 */
export async function ensureDefinitions(
  client: Pick<Client, "createOrUpdateResourceDefinition" | "createPipeline">,
  { definitions = [], pipelines = [] }: WantedDefinitions,
  options?: CallOptions,
): Promise<void> {
  for (const definition of definitions) {
    await client.createOrUpdateResourceDefinition(definition, options);
  }
  for (const pipeline of pipelines) await client.createPipeline(pipeline, options);
}
