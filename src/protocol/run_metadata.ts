/**
 * What a server after release 0.6 writes of a resource's runs into its metadata. Source: the engine's text at upstream's commit
 * 22546457. Servers up to release 0.6 write none of it.
 *
 * @module
 */

import type { JsonObject } from "../encoding/json.ts";

/** A resource's runs, as its metadata has them. */
export interface RunMetadata {
  /** The id of the run that counts: a later one takes its place. */
  readonly runId?: string;
  /** The event of that run: `create`, `update` or `delete`. */
  readonly event?: string;
  /** The id of the step that the run is at. */
  readonly step?: string;
  /** Whether a deletion was started. */
  readonly deleting: boolean;
  /** The id of the deletion's run. */
  readonly deletionRunId?: string;
  /** Whether a step of the deletion has failed. */
  readonly deletionFailed: boolean;
}

/** Reads what a resource's metadata says of its runs. */
export function readRunMetadata({ metadata }: { readonly metadata: JsonObject }): RunMetadata {
  const text = <Key extends string>(name: Key, key: string) => {
    const value = metadata[key];
    return typeof value === "string" ? { [name]: value } as Record<Key, string> : {};
  };
  return {
    ...text("runId", "current_pipeline_run"),
    ...text("event", "current_pipeline_event"),
    ...text("step", "current_pipeline_step"),
    ...text("deletionRunId", "deletion_runid"),
    deleting: metadata["deleting"] === true,
    deletionFailed: metadata["deletion_failed"] === true,
  };
}

/** Returns the metadata of a run; without a field, the entry stays as it is. `undefined` removes an entry. */
export function toRunMetadata(run: Partial<RunMetadata>): JsonObject {
  const { runId, event, step, deleting, deletionRunId, deletionFailed } = run;
  return {
    ...(runId !== undefined && { current_pipeline_run: runId }),
    ...(event !== undefined && { current_pipeline_event: event }),
    ...(step !== undefined && { current_pipeline_step: step }),
    ...(deleting !== undefined && { deleting }),
    ...(deletionRunId !== undefined && { deletion_runid: deletionRunId }),
    ...(deletionFailed !== undefined && { deletion_failed: deletionFailed || undefined }),
  };
}
