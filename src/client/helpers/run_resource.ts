/** Runs resources. @module */

import { linkedController } from "../../async/deadline.ts";
import type {
  CreateResourceResult,
  ResourceInput,
} from "../../protocol/resources/create_resource.ts";
import type { LogEntry } from "../../protocol/logs/log_entry.ts";
import type { PipelineInput, TypedSteps } from "../../protocol/pipeline.ts";
import type { DriverResult } from "../../protocol/result.ts";
import type { Client } from "../client.ts";
import type { CallOptions } from "../options.ts";
import { stepsOf } from "./pipeline_steps.ts";
import type { RunOutcome } from "./run_progress.ts";
import { withRunDeadline } from "./run_deadline.ts";
import { streamWholeLog } from "./stream_whole_log.ts";
import { followRun } from "./wait_for_run.ts";

/** Options of {@linkcode runResource}. */
export interface RunResourceOptions<Results = Record<string, DriverResult>> extends CallOptions {
  /** The pipeline's steps, by driver: required where the server does not return them. Those of `createPipeline` type `results`. */
  steps?: PipelineInput["steps"] | TypedSteps<Results> | undefined;
  /** Called with each entry of the run's log, one after the other. */
  onLog?: ((entry: LogEntry) => unknown) | undefined;
  /** How long to wait for the log of a step that does not say where it ends. See {@linkcode StreamWholeLogOptions}. */
  windowMs?: number | undefined;
  /** Deadline of the whole run, in milliseconds; `Infinity` is none. @default {3600000} */
  timeoutMs?: number | undefined;
}

/** The outcome of {@linkcode runResource}: after success with the result of every step. */
export type RunResourceOutcome<Results = Record<string, DriverResult>> =
  & Omit<RunOutcome, "success" | "results">
  & CreateResourceResult
  & {
    /**
     * Whether `onLog` has had the whole log; `false` also without `onLog`. The last entry that a driver of this package writes
     * says how many there are; other SDKs write none.
     */
    complete: boolean;
    /** The drivers whose log may lack entries. */
    incomplete: readonly string[];
  }
  & (
    | { success: true; results: Results }
    | {
      success: false;
      results: string extends keyof Results ? Results
        : { readonly [Step in keyof Results]?: DriverResult };
    }
  );

/**
 * Creates a resource that runs through a pipeline, calls `onLog` with its log, and resolves when the run is over and `onLog`
 * has had the whole log: see `complete`. Also resolves when the run fails: see `success`. See {@linkcode waitForRun} for how
 * the end of a run is recognised.
 *
 * @throws {ConfigError} the resource has no pipeline, or its steps are unknown. Thrown before anything is created.
 * @throws {ConflictError} the name is taken.
 * @throws {TimeoutError} that names the driver which has not answered.
 * @throws {ConveyorError} with code `superseded`: an update or a deletion has taken the place of the run.
 *
 * @example
 * ```ts
 * import { createClient, runResource } from "@conveyor/driver/client";
 *
 * const run = await runResource(
 *   createClient(),
 *   { name: "web", resource: "workflow", pipeline: "ship", spec: { region: "eu" } },
 *   { steps: ["build", "deploy"], onLog: ({ driver, message }) => console.log(driver, message) },
 * );
 * console.log(run.runId, run.success, run.results["deploy"]?.data);
 * ```
 */
export async function runResource<Spec = unknown, Results = Record<string, DriverResult>>(
  client: Pick<
    Client,
    "createResource" | "getResource" | "getPipeline" | "streamLogs" | "listLogs"
  >,
  resource: ResourceInput<Spec>,
  options: RunResourceOptions<Results> = {},
): Promise<RunResourceOutcome<Results>> {
  const { onLog, windowMs } = options;
  const { name, resource: type } = resource;
  const action = `run the resource ${JSON.stringify(name)}`;
  return await withRunDeadline(action, options, async (signal, waitsFor) => {
    const steps = await stepsOf(client, resource, options.steps, signal);
    const created = await client.createResource(resource, { signal });
    const { runId, version } = created;
    const { controller: waiting, release } = linkedController(signal);
    const wanted = { name, resource: type, steps, runId, version };
    const outcome = followRun(client, wanted, waiting.signal, waitsFor) as Promise<
      RunResourceOutcome<Results>
    >;
    try {
      if (!onLog) return { ...created, ...await outcome, complete: false, incomplete: [] };
      const log = streamWholeLog(client, { runId, until: outcome, windowMs, signal });
      for await (const entry of log) await onLog(entry);
      const { complete, incomplete } = log;
      return { ...created, ...await outcome, complete, incomplete };
    } finally {
      release();
      waiting.abort();
    }
  });
}
