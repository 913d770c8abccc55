/** Runs a resource from its creation to the end of its run. @module */

import { linkedController, withDeadline } from "../../async/deadline.ts";
import type { CreateResourceResult, ResourceInput } from "../../protocol/create_resource.ts";
import type { LogEntry } from "../../protocol/log_entry.ts";
import type { PipelineInput } from "../../protocol/pipeline.ts";
import type { Client } from "../client.ts";
import type { CallOptions } from "../options.ts";
import { driversOf, type RunOutcome, waitForRun } from "./wait_for_run.ts";

/** How to run a resource. */
export interface RunResourceOptions extends CallOptions {
  /** The pipeline's steps, by driver: needed where the server does not tell them. */
  steps?: PipelineInput["steps"] | undefined;
  /** Given each entry of the run's log, one after the other. */
  onLog?: ((entry: LogEntry) => void | Promise<void>) | undefined;
  /** Time for the whole run, in milliseconds. @default {Infinity} */
  timeoutMs?: number | undefined;
}

/**
 * Creates a resource that runs through a pipeline, hands its log to `onLog` as it comes, and resolves when the run is over
 * and its whole log has been handed over. A run that fails resolves, too: see `success`. What it relies on to tell that a
 * run is over is said at {@linkcode waitForRun}.
 *
 * @throws {ConfigError} the resource has no pipeline, or its steps are not known. Nothing has been created then.
 * @throws {ConflictError} the name is taken.
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
export async function runResource<Spec = unknown>(
  client: Pick<Client, "createResource" | "getResource" | "getPipeline" | "streamLogs">,
  resource: ResourceInput<Spec>,
  options: RunResourceOptions = {},
): Promise<RunOutcome & CreateResourceResult> {
  const { onLog, signal, timeoutMs = Infinity } = options;
  const { name, resource: type } = resource;
  const action = `run the resource ${JSON.stringify(name)}`;
  return await withDeadline({ action, signal, timeoutMs }, async (signal) => {
    const steps = await driversOf(client, resource, options.steps, signal);
    const created = await client.createResource(resource, { signal });
    const { runId, version } = created;
    const { controller: waiting, release } = linkedController(signal);
    const outcome = waitForRun(client, {
      name,
      resource: type,
      steps,
      version,
      signal: waiting.signal,
    });
    try {
      if (onLog) {
        for await (const entry of client.streamLogs({ runId, until: outcome, signal })) {
          await onLog(entry);
        }
      }
      return { ...created, ...await outcome };
    } finally {
      release();
      waiting.abort();
    }
  });
}
