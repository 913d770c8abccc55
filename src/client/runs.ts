/** Calls made of other calls: what people do with runs. @module */

import { ConfigError } from "../errors.ts";
import type { PipelineInput } from "../protocol/pipeline.ts";
import { type DriverResult, readResults } from "../protocol/result.ts";
import type { Resource } from "../protocol/resource.ts";
import type { Client } from "./client.ts";
import { linkedController, sleep, withDeadline } from "./deadline.ts";
import { ApiError, ConflictError } from "./errors.ts";
import type { RunOutcome, WaitForRunOptions } from "./run_options.ts";

/** The calls that these are made of. */
type Calls = Omit<Client, "ensure" | "createOrUpdateResource" | "waitForRun" | "runResource">;

/** Makes the calls that are made of other calls. */
export function runCalls(
  client: Calls,
): Pick<Client, "ensure" | "createOrUpdateResource" | "waitForRun" | "runResource"> {
  return {
    async ensure({ definitions = [], pipelines = [] }, options) {
      for (const definition of definitions) {
        await client.createOrUpdateResourceDefinition(definition, options);
      }
      for (const pipeline of pipelines) await client.createPipeline(pipeline, options);
    },

    async createOrUpdateResource<Spec>(
      resource: Parameters<Client["createOrUpdateResource"]>[0],
      options: Parameters<Client["createOrUpdateResource"]>[1],
    ) {
      try {
        const run = await client.createResource(resource, options);
        return {
          resource: await client.getResource<Spec>(resource.name, resource.resource, options),
          run,
        };
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
      return {
        resource: await client.updateResource(resource, options) as Resource<Spec>,
        run: undefined,
      };
    },

    waitForRun: (options) => waitForRun(client, options),

    async runResource(resource, options = {}) {
      const { steps, onLog, signal, timeoutMs = Infinity } = options;
      const action = `run the resource ${JSON.stringify(resource.name)}`;
      return await withDeadline({ action, signal, timeoutMs }, async (signal) => {
        const drivers = await driversOf(client, resource, steps, signal);
        const created = await client.createResource(resource, { signal });
        const { name, resource: type } = resource;
        const { controller: waiting, release } = linkedController(signal);
        const outcome = waitForRun(client, {
          name,
          resource: type,
          steps: drivers,
          version: created.version,
          signal: waiting.signal,
        });
        try {
          if (onLog) {
            for await (
              const entry of client.streamLogs({ runId: created.runId, until: outcome, signal })
            ) {
              await onLog(entry);
            }
          }
          return { ...created, ...await outcome };
        } finally {
          release();
          waiting.abort();
        }
      });
    },
  };
}

async function waitForRun(client: Calls, options: WaitForRunOptions): Promise<RunOutcome> {
  const { name, resource: type, signal, timeoutMs = Infinity, pollMs = 200 } = options;
  const action = `wait for the run of the resource ${JSON.stringify(name)}`;
  return await withDeadline({ action, signal, timeoutMs }, async (signal) => {
    let resource = await client.getResource(name, type, { version: options.version, signal });
    const version = resource.metadata["version"];
    const drivers = await driversOf(client, resource, options.steps, signal);
    for (let delay = pollMs;; delay = Math.min(delay * 1.3, pollMs * 10)) {
      const outcome = outcomeOf(resource, drivers);
      if (outcome) return outcome;
      await sleep(delay, signal);
      resource = await client.getResource(name, type, { version, signal });
    }
  });
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

async function driversOf(
  client: Calls,
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
    if (!(cause instanceof ApiError)) throw cause;
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
