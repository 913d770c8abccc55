/** Creates or updates resources. @module */

import { hasCode } from "../../errors.ts";
import type {
  CreateResourceResult,
  ResourceInput,
} from "../../protocol/resources/create_resource.ts";
import type { Resource } from "../../protocol/resources/resource.ts";
import type { Client } from "../client.ts";
import type { CallOptions } from "../options.ts";

/** The result of {@linkcode createOrUpdateResource}. */
export interface CreateOrUpdateResult<Spec = unknown> {
  /** The resource as the server stores it. */
  resource: Resource<Spec>;
  /** The run that the create has started; `undefined` after an update. */
  run: CreateResourceResult | undefined;
  /** The id of the run that was started; absent after an update on servers up to release 0.6, which start none. */
  runId?: string;
}

/**
 * Creates a resource, or updates the one with its name. Servers up to release 0.6 start a run for a create only.
 *
 * @throws {ValidationError} 400: `spec` does not match the JSON Schema.
 * @throws {NotFoundError} the resource type or the pipeline does not exist.
 */
export async function createOrUpdateResource<Spec = unknown>(
  client: Pick<Client, "createResource" | "getResource" | "updateResource">,
  resource: ResourceInput<Spec>,
  options?: CallOptions,
): Promise<CreateOrUpdateResult<Spec>> {
  try {
    const run = await client.createResource(resource, options);
    const { name, resource: type } = resource;
    const { runId } = run;
    return { resource: await client.getResource<Spec>(name, type, options), run, runId };
  } catch (error) {
    if (!hasCode(error, "conflict")) throw error;
  }
  const { runId, ...updated } = await client.updateResource(resource, options);
  return { resource: updated, run: undefined, ...(runId !== undefined && { runId }) };
}
