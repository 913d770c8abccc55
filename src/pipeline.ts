/** Pipelines of drivers: the definition for the server, and the types of their results. @module */

import type { Driver, ResultsOf } from "./driver.ts";
import { ConfigError } from "./errors.ts";
import type { PipelineInput, TypedSteps } from "./protocol/pipeline.ts";
import { requireKnown } from "./validate.ts";

/** What {@linkcode createPipeline} takes. */
export interface PipelineOptions<Drivers extends readonly Driver[]>
  extends Omit<PipelineInput, "resource" | "steps"> {
  /** The drivers of the steps, in order. */
  steps: Drivers;
  /** The resource type that it processes; every driver has to reconcile it. @default the first one of the first driver */
  resource?: string | undefined;
}

/** A pipeline whose drivers are known. `client.createPipeline` and `ensureDefinitions` accept it. */
export interface DriverPipeline<Results> extends PipelineInput {
  /** The drivers' names, with the types of their results: `runResource` returns results of these types. */
  readonly steps: TypedSteps<Results>;
}

/**
 * Creates the definition of a pipeline from its drivers.
 *
 * @throws {ConfigError} there is no step; a driver comes twice, does not reconcile the resource type, or stands before one of its
 * `after`.
 *
 * @example
 * ```ts
 * import { createClient, createDriver, createPipeline } from "@conveyor/driver";
 * import { ensureDefinitions, runResource } from "@conveyor/driver/client";
 *
 * const build = createDriver({
 *   name: "build",
 *   resources: ["workflow"],
 *   reconcile: ({ resource }) => ({ success: true, data: { image: `${resource.name}:1` } }),
 * });
 * const ship = createPipeline({ name: "ship", steps: [build] });
 *
 * const client = createClient();
 * await ensureDefinitions(client, { pipelines: [ship] });
 * const run = await runResource(
 *   client,
 *   { name: "web", resource: ship.resource, pipeline: ship.name, spec: {} },
 *   { steps: ship.steps },
 * );
 * if (run.success) console.log(run.results.build.data.image);
 * ```
 */
export function createPipeline<const Drivers extends readonly Driver[]>(
  options: PipelineOptions<Drivers>,
): DriverPipeline<ResultsOf<Drivers>> {
  requireKnown(options, ["name", "description", "version", "resource", "steps", "metadata"]);
  const { steps: drivers, resource = drivers[0]?.resources[0] } = options;
  const steps = drivers.map(({ name }) => name);
  const problem = resource === undefined
    ? "it needs at least one"
    : problemOf(drivers, steps, resource);
  if (resource === undefined || problem) {
    throw new ConfigError(
      "steps",
      `cannot create the pipeline ${JSON.stringify(options.name)} of the steps ${
        JSON.stringify(steps)
      }: ${problem}`,
    );
  }
  return {
    ...options,
    resource,
    steps: steps as readonly string[] as DriverPipelineSteps<Drivers>,
  };
}

type DriverPipelineSteps<Drivers extends readonly Driver[]> = TypedSteps<ResultsOf<Drivers>>;

function problemOf(
  drivers: readonly Driver[],
  steps: readonly string[],
  resource: string,
): string | undefined {
  for (const [index, { name, resources, after = [] }] of drivers.entries()) {
    if (steps.indexOf(name) < index) return `${name} comes twice, and results are stored by driver`;
    if (!resources.includes(resource)) {
      return `${name} does not reconcile ${resource}, only ${resources.join(", ")}`;
    }
    const late = after.find((driver) => !steps.slice(0, index).includes(driver.name));
    if (late) return `${name} needs the result of ${late.name}, which has to stand before it`;
  }
  return undefined;
}
