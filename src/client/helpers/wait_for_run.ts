/** Waits for the end of a run. @module */

import { withDeadline } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { ConfigError, ConveyorError } from "../../errors.ts";
import type { PipelineInput } from "../../protocol/pipeline.ts";
import type { Resource } from "../../protocol/resource.ts";
import { type DriverResult, readResults } from "../../protocol/result.ts";
import type { Client } from "../client.ts";
import { isApiError } from "../errors.ts";
import type { CallOptions } from "../options.ts";

/** Which run to wait for. */
export interface WaitForRunOptions extends CallOptions {
  /** The resource's name. */
  name: string;
  /** The resource's type. */
  resource: string;
  /** Version of the resource that the run is about. @default {"the newest when the waiting begins"} */
  version?: string | number | undefined;
  /** The pipeline's steps, by driver: needed where the server does not tell them. */
  steps?: PipelineInput["steps"] | undefined;
  /** Time from one look to the next, in milliseconds; it grows to ten times that. @default {200} */
  pollMs?: number | undefined;
  /** Time to wait, in milliseconds. @default {Infinity} */
  timeoutMs?: number | undefined;
}

/** What a run through a pipeline came to. */
export interface RunOutcome {
  /** Whether every step succeeded. */
  success: boolean;
  /** The driver whose step failed. */
  failedDriver: string | undefined;
  /** The steps' results, by driver. */
  results: Record<string, DriverResult>;
  /** The resource as the run left it. */
  resource: Resource;
}

/**
 * Waits until a pipeline's run is over: a step has failed, or every step has a result.
 *
 * The server has no call that tells of runs. It keeps each step's result in the resource's metadata, by driver, and this
 * polls for them. So it needs a resource that runs through a pipeline, and the pipeline's steps, which servers of release
 * 0.6 do not tell: pass them in `steps`. Results are kept with the newest version of the resource alone, and only creating a
 * resource starts a run, so those it finds are this run's.
 *
 * @throws {ConfigError} the resource has no pipeline, or its steps are not known.
 * @throws {NotFoundError} there is no such resource.
 * @throws {ConveyorError} with code `superseded`: the resource was updated meanwhile, which takes its results away.
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
    // Not `getResource` of that version: the server keeps results with the newest one alone.
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
    `cannot tell what the run of the resource ${
      JSON.stringify(name)
    } came to: its version ${version} was replaced by ` +
      `version ${metadata["version"]}, and its results with it; follow the run's log`,
  );
}

/** What a run came to; `undefined` while it is not over. */
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

/** The drivers that a resource goes through, in order. */
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
      }: it names no pipeline, and the server keeps ` +
        "results of pipelines' runs only; give it a pipeline, or follow its log",
    );
  }
  if (steps) return steps.map((step) => typeof step === "string" ? step : step.driver);
  try {
    return (await client.getPipeline(pipeline, { signal })).steps.map((step) => step.driver);
  } catch (cause) {
    if (!isApiError(cause)) throw cause;
    throw new ConfigError(
      "steps",
      `cannot tell when a run of the pipeline ${
        JSON.stringify(pipeline)
      } is over: the server does not tell its steps; ` +
        "pass them in steps",
      { cause },
    );
  }
}
