/** Waits for runs. @module */

import { withDeadline } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { ConfigError, ConveyorError } from "../../errors.ts";
import type { PipelineInput } from "../../protocol/pipeline.ts";
import type { Resource } from "../../protocol/resource.ts";
import { type DriverResult, readResults } from "../../protocol/result.ts";
import type { Client } from "../client.ts";
import { isApiError } from "../errors.ts";
import type { CallOptions } from "../options.ts";

/** Options of {@linkcode waitForRun}. */
export interface WaitForRunOptions extends CallOptions {
  /** The resource's name. */
  name: string;
  /** The resource's type. */
  resource: string;
  /** Version of the resource that the run belongs to. @default {"the latest when the wait begins"} */
  version?: string | number | undefined;
  /** The pipeline's steps, by driver: required where the server does not return them. */
  steps?: PipelineInput["steps"] | undefined;
  /** Poll interval, in milliseconds; grows up to ten times that. @default {200} */
  pollMs?: number | undefined;
  /** Deadline of the run, in milliseconds. @default {Infinity} */
  timeoutMs?: number | undefined;
}

/** The outcome of a run through a pipeline. */
export interface RunOutcome {
  /** Whether every step succeeded. */
  success: boolean;
  /** The driver whose step failed; `undefined` after success. */
  failedDriver: string | undefined;
  /** The steps' results, by driver. */
  results: Record<string, DriverResult>;
  /** The resource after the run. */
  resource: Resource;
}

/**
 * Waits until a pipeline's run is complete: a step has failed, or every step has a result.
 *
 * The server has no call for runs. It stores each step's result in the resource's metadata, by driver, and this function
 * polls for them. It needs a resource that runs through a pipeline, and the pipeline's steps, which servers of release 0.6 do
 * not return: pass them as `steps`. Results are stored with the latest version of the resource only, and only creating a
 * resource starts a run, so the results it finds belong to this run.
 *
 * @throws {ConfigError} the resource has no pipeline, or its steps are unknown.
 * @throws {NotFoundError} the resource does not exist.
 * @throws {ConveyorError} with code `superseded`: the resource was updated during the run, which removes its results.
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
  const { name, resource: type, signal, timeoutMs = Infinity, pollMs = 200 } = options;
  const action = `wait for the run of the resource ${JSON.stringify(name)}`;
  return await withDeadline({ action, signal, timeoutMs }, async (signal) => {
    // Without a version: the server stores results with the latest one only.
    let resource = await client.getResource(name, type, { signal });
    const version = String(options.version ?? resource.metadata["version"]);
    const drivers = await driversOf(client, resource, options.steps, signal);
    for (let pauseMs = pollMs;; pauseMs = Math.min(pauseMs * 1.3, pollMs * 10)) {
      if (resource.metadata["version"] !== version) throw superseded(resource, version);
      const outcome = outcomeOf(resource, drivers);
      if (outcome) return outcome;
      await delay(pauseMs, signal);
      resource = await client.getResource(name, type, { signal });
    }
  });
}

function superseded({ name, metadata }: Resource, version: string): ConveyorError {
  return new ConveyorError(
    "superseded",
    `cannot get the outcome of the run of the resource ${JSON.stringify(name)}: ` +
      `version ${
        metadata["version"]
      } has replaced version ${version} and its results; follow the run's log`,
  );
}

/** Returns the outcome of a run; `undefined` while it is not complete. */
function outcomeOf(resource: Resource, drivers: readonly string[]): RunOutcome | undefined {
  const all = readResults(resource);
  const results: Record<string, DriverResult> = {};
  for (const driver of drivers) {
    const result = all[driver];
    if (!result) return undefined;
    results[driver] = result;
    if (!result.success) return { success: false, failedDriver: driver, results, resource };
  }
  return { success: true, failedDriver: undefined, results, resource };
}

/**
 * Returns the drivers of a resource's pipeline, in order.
 *
 * @throws {ConfigError} the resource has no pipeline, or its steps are unknown.
 */
export async function driversOf(
  client: Pick<Client, "getPipeline">,
  { name, pipeline }: { name: string; pipeline?: string | undefined },
  steps: PipelineInput["steps"] | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  if (!pipeline) {
    throw new ConfigError(
      "pipeline",
      `cannot wait for a run of the resource ${
        JSON.stringify(name)
      }: it has no pipeline, and the server stores ` +
        "results of pipelines only; set its pipeline, or follow its log",
    );
  }
  if (steps) return steps.map((step) => typeof step === "string" ? step : step.driver);
  try {
    return (await client.getPipeline(pipeline, { signal })).steps.map((step) => step.driver);
  } catch (cause) {
    if (!isApiError(cause)) throw cause;
    throw new ConfigError(
      "steps",
      `cannot wait for a run of the pipeline ${
        JSON.stringify(pipeline)
      }: the server does not return its steps; ` +
        "pass them as steps",
      { cause },
    );
  }
}
