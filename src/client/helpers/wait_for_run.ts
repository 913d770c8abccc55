/** Waits for runs. @module */

import { delay } from "../../async/delay.ts";
import { ConveyorError } from "../../errors.ts";
import type { PipelineInput } from "../../protocol/pipeline.ts";
import type { Client } from "../client.ts";
import type { CallOptions } from "../options.ts";
import { stepsOf } from "./pipeline_steps.ts";
import { withRunDeadline } from "./run_deadline.ts";
import { RunFollower, type RunOutcome } from "./run_progress.ts";

/** Options of {@linkcode waitForRun}. */
export interface WaitForRunOptions extends CallOptions {
  /** The resource's name. */
  name: string;
  /** The resource's type. */
  resource: string;
  /**
   * The run to wait for, where the server says which run the results belong to (after release 0.6).
   * @default {"the one that the resource is at when the wait begins"}
   */
  runId?: string | undefined;
  /** Version of the resource that the run belongs to. @default {"the latest when the wait begins"} */
  version?: string | number | undefined;
  /** The pipeline's steps, by driver: required where the server does not return them. */
  steps?: PipelineInput["steps"] | undefined;
  /** Poll interval, in milliseconds; grows up to ten times that. @default {200} */
  pollMs?: number | undefined;
  /** Deadline of the run, in milliseconds; `Infinity` is none. @default {3600000} */
  timeoutMs?: number | undefined;
}

/**
 * Waits until a pipeline's run is complete: a step has failed, or every step has a result.
 *
 * The server has no call for runs. It stores each step's result in the resource's metadata, by driver, and this function
 * polls for them. It needs a resource that runs through a pipeline, and the pipeline's steps, which servers do not return: pass
 * them as `steps`. Servers after release 0.6 say which run the results belong to; before, only creating a resource starts a run,
 * so the results it finds belong to this run.
 *
 * @throws {ConfigError} the resource has no pipeline, or its steps are unknown.
 * @throws {NotFoundError} the resource does not exist.
 * @throws {ConveyorError} with code `superseded`: another run, an update or a deletion, has taken the place of this one.
 * @throws {TimeoutError} that names the driver which has not answered.
 *
 * @example
 * ```ts
 * import { createClient, waitForRun } from "@conveyor/driver/client";
 *
 * const { success, failedDriver } = await waitForRun(createClient(), {
 *   name: "web",
 *   resource: "workflow",
 *   steps: ["build", "deploy"],
 *   timeoutMs: 600_000,
 * });
 * if (!success) console.error(`${failedDriver} failed`);
 * ```
 */
export async function waitForRun(
  client: Pick<Client, "getResource" | "getPipeline">,
  options: WaitForRunOptions,
): Promise<RunOutcome> {
  const action = `wait for the run of the resource ${JSON.stringify(options.name)}`;
  return await withRunDeadline(
    action,
    options,
    (signal, waitsFor) => followRun(client, options, signal, waitsFor),
  );
}

/** Waits for a run as {@linkcode waitForRun} does, without a deadline. */
export async function followRun(
  client: Pick<Client, "getResource" | "getPipeline">,
  { name, resource: type, runId, version, steps: given, pollMs = 200 }: WaitForRunOptions,
  signal: AbortSignal,
  waitsFor: (driver: string) => void,
): Promise<RunOutcome> {
  // Without a version: the server stores results with the latest one only.
  let resource = await client.getResource(name, type, { signal });
  const steps = await stepsOf(client, resource, given, signal);
  const follower = new RunFollower({
    runId,
    version: String(version ?? resource.metadata["version"]),
    steps,
  });
  for (let pauseMs = pollMs;; pauseMs = Math.min(pauseMs * 1.3, pollMs * 10)) {
    const progress = follower.look(resource);
    if ("outcome" in progress) return progress.outcome;
    if ("supersededBy" in progress) throw superseded(name, progress.supersededBy);
    waitsFor(progress.waitsFor);
    await delay(pauseMs, signal);
    resource = await client.getResource(name, type, { signal });
  }
}

function superseded(name: string, by: string): ConveyorError {
  return new ConveyorError(
    "superseded",
    `cannot get the outcome of the run of the resource ${JSON.stringify(name)}: ${by} has taken ` +
      "its place; follow the run's log",
  );
}
