/** Waits for deletions. @module */

import { linkedController } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { ConveyorError, hasCode } from "../../errors.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import type { Resource } from "../../protocol/resources/resource.ts";
import { readResults } from "../../protocol/result.ts";
import { readRunMetadata } from "../../protocol/run_metadata.ts";
import type { Client } from "../client.ts";
import type { CallOptions } from "../options.ts";
import { withRunDeadline } from "./run_deadline.ts";
import { streamWholeLog } from "./stream_whole_log.ts";

/** Options of {@linkcode waitForDeletion}. */
export interface WaitForDeletionOptions extends CallOptions {
  /** The resource's name. */
  name: string;
  /** The resource's type. */
  resource: string;
  /** The deletion's run, as `deleteResource` returned it. @default {"the one that the resource names"} */
  runId?: string | undefined;
  /** Called with each entry of the log of the deletion's run, one after the other. */
  onLog?: ((entry: LogEntry) => unknown) | undefined;
  /** Poll interval, in milliseconds; grows up to ten times that. @default {200} */
  pollMs?: number | undefined;
  /** Deadline of the deletion, in milliseconds; `Infinity` is none. @default {3600000} */
  timeoutMs?: number | undefined;
}

/**
 * Waits until a resource that is being deleted is gone, and calls `onLog` with the log of the deletion's run. Servers after
 * release 0.6 remove a resource only when its pipeline has run with the event `delete`. A resource that was created again under
 * the same name is another one: the deletion is over.
 *
 * @throws {ConveyorError} with code `deletion-failed`: a step has failed; delete the resource again to start from the first
 * step. With code `not-deleting`: nothing deletes the resource.
 * @throws {TimeoutError} when `timeoutMs` expires.
 *
 * @example
 * ```ts
 * import { createClient, waitForDeletion } from "@conveyor/driver/client";
 *
 * const client = createClient();
 * const { runId } = await client.deleteResource("web", "workflow");
 * await waitForDeletion(client, { name: "web", resource: "workflow", runId });
 * ```
 */
export async function waitForDeletion(
  client: Pick<Client, "getResource" | "streamLogs" | "listLogs">,
  options: WaitForDeletionOptions,
): Promise<void> {
  const { name, resource: type, onLog } = options;
  const action = `wait until the resource ${JSON.stringify(name)} is deleted`;
  await withRunDeadline(action, options, async (signal) => {
    const read = async () => {
      try {
        return await client.getResource(name, type, { signal });
      } catch (error) {
        if (hasCode(error, "not-found")) return undefined;
        throw error;
      }
    };
    const first = await read();
    const { controller: waiting, release } = linkedController(signal);
    const runId = options.runId ?? (first && readRunMetadata(first).deletionRunId);
    const gone = untilGone(first, read, options.pollMs ?? 200, waiting.signal);
    try {
      if (onLog && runId !== undefined) {
        for await (const entry of streamWholeLog(client, { runId, until: gone, signal })) {
          await onLog(entry);
        }
      }
      await gone;
    } finally {
      release();
      waiting.abort();
    }
  });
}

async function untilGone(
  first: Resource | undefined,
  read: () => Promise<Resource | undefined>,
  pollMs: number,
  signal: AbortSignal,
): Promise<void> {
  let resource = first;
  for (let pauseMs = pollMs;; pauseMs = Math.min(pauseMs * 1.3, pollMs * 10)) {
    if (!resource || resource.id !== first?.id) return;
    const { deleting, deletionFailed } = readRunMetadata(resource);
    if (deletionFailed) throw failed(resource);
    if (!deleting) throw notDeleting(resource);
    await delay(pauseMs, signal);
    resource = await read();
  }
}

function failed(resource: Resource): ConveyorError {
  const [driver, result] = Object.entries(readResults(resource))
    .find(([, { success }]) => !success) ?? [];
  const why = result ? `${driver} says: ${result.message}` : "a step of its pipeline failed";
  return new ConveyorError(
    "deletion-failed",
    `the resource ${JSON.stringify(resource.name)} is not deleted: ${why}; ` +
      "delete it again to start from the first step",
  );
}

function notDeleting({ name }: Resource): ConveyorError {
  return new ConveyorError(
    "not-deleting",
    `cannot wait until the resource ${
      JSON.stringify(name)
    } is deleted: nothing deletes it; call deleteResource first`,
  );
}
