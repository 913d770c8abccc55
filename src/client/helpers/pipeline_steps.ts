/** The steps of a pipeline, as a caller names them or the server returns them. @module */

import { ConfigError } from "../../errors.ts";
import { type PipelineInput, type PipelineStep, toWireSteps } from "../../protocol/pipeline.ts";
import type { Client } from "../client.ts";
import { isApiError } from "../errors.ts";

/**
 * Returns the steps of a resource's pipeline, in order.
 *
 * @throws {ConfigError} the resource has no pipeline, or its steps are unknown.
 */
export async function stepsOf(
  client: Pick<Client, "getPipeline">,
  { name, pipeline }: { name: string; pipeline?: string | undefined },
  steps: PipelineInput["steps"] | undefined,
  signal: AbortSignal,
): Promise<PipelineStep[]> {
  if (!pipeline) {
    throw new ConfigError(
      "pipeline",
      `cannot wait for a run of the resource ${
        JSON.stringify(name)
      }: it has no pipeline, and the ` +
        "server stores results of pipelines only; set its pipeline, or follow its log",
    );
  }
  if (steps) return toWireSteps(steps);
  try {
    return (await client.getPipeline(pipeline, { signal })).steps;
  } catch (cause) {
    if (!isApiError(cause)) throw cause;
    throw new ConfigError(
      "steps",
      `cannot wait for a run of the pipeline ${JSON.stringify(pipeline)}: the server does not ` +
        "return its steps; pass them as steps",
      { cause },
    );
  }
}
