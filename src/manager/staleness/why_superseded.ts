/** Whether an event is still wanted, by what the API server says of its resource. @module */

import type { DriverMessage } from "../../protocol/driver_message.ts";
import type { Resource } from "../../protocol/resources/resource.ts";
import { readRunMetadata } from "../../protocol/run_metadata.ts";

/** The events that servers publish. One of another name was published by hand, perhaps for a resource that no server has. */
const SERVER_EVENTS: readonly string[] = ["create", "update", "delete", "process"];

/** Whether the server can say that an event is no longer wanted. */
export function canBeSuperseded({ event }: Pick<DriverMessage, "event">): boolean {
  return SERVER_EVENTS.includes(event);
}

/**
 * Returns why an event is no longer wanted, given its resource as the server has it now; `undefined` when it still is. Sources:
 * rules 1, 3 and 6 of upstream's engine at commit 22546457.
 */
export function whySuperseded(
  { event, runId, resource }: Pick<DriverMessage, "event" | "runId" | "resource">,
  stored: Resource | undefined,
): string | undefined {
  if (!stored) {
    // Without a pipeline, and on servers that have no deletion through one, the resource is removed before the event is published.
    const expected = event === "delete" && readRunMetadata(resource).deletionRunId === undefined;
    return expected ? undefined : "the resource is deleted";
  }
  if (isAnother(resource, stored)) return "the resource was deleted and created again";
  const { runId: current, deleting, deletionRunId } = readRunMetadata(stored);
  if (deleting && deletionRunId !== runId) {
    return deletionRunId === undefined
      ? "the resource is being deleted"
      : `run ${deletionRunId} deletes the resource`;
  }
  // The run of a resource without a pipeline is not in its metadata; that of an earlier pipeline may be.
  const isOther = resource.pipeline !== undefined && current !== undefined && current !== runId;
  return isOther ? `run ${current} has taken the place of this one` : undefined;
}

/** Whether a resource is another one than that of the event, of the same name. */
export function isAnother(resource: Resource, stored: Resource): boolean {
  return resource.id !== "" && stored.id !== resource.id;
}
