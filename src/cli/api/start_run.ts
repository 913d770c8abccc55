/** Starts runs. @module */

import type { Client, ResourceInput } from "../../client/mod.ts";
import { ConveyorError, hasCode } from "../../errors.ts";

/** A run that was started. */
export interface StartedRun {
  readonly runId: string;
  /** The version of the resource that it belongs to. */
  readonly version: string;
  readonly event: "create" | "update";
}

/**
 * Creates a resource, or updates the one with its name: both start a run on servers after release 0.6.
 *
 * @throws {ConveyorError} with code `conflict`: it exists, and the server starts no run for an update.
 */
export async function startRun(client: Client, resource: ResourceInput): Promise<StartedRun> {
  try {
    const { runId, version } = await client.createResource(resource);
    return { runId, version, event: "create" };
  } catch (error) {
    if (!hasCode(error, "conflict")) throw error;
  }
  const { runId, metadata } = await client.updateResource(resource);
  if (runId !== undefined) return { runId, version: String(metadata["version"]), event: "update" };
  throw new ConveyorError(
    "conflict",
    `the resource ${resource.resource}/${resource.name} existed and was updated, for which this server starts no run; ` +
      "pass another --name",
  );
}
