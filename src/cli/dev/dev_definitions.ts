/** The resource types and pipelines that `dev` gives its server. @module */

import type { PipelineInput, ResourceDefinitionInput } from "../../client/mod.ts";
import type { Driver } from "../../driver.ts";

/** Types and pipelines. */
export interface DevDefinitions {
  readonly definitions: readonly ResourceDefinitionInput[];
  readonly pipelines: readonly PipelineInput[];
}

/**
 * Adds what is missing for drivers to be tried: a definition for each of their types, and for each type without a pipeline one of
 * the type's name, whose steps are its drivers in order.
 */
export function withMissing(drivers: readonly Driver[], given: DevDefinitions): DevDefinitions {
  const types = [...new Set(drivers.flatMap(({ resources }) => resources))];
  const isDefined = (type: string) => given.definitions.some(({ name }) => name === type);
  const hasPipeline = (type: string) => given.pipelines.some(({ resource }) => resource === type);
  const definitions = types.filter((type) => !isDefined(type))
    .map((name) => ({ name, schema: { type: "object" } }));
  const pipelines = types.filter((type) => !hasPipeline(type)).map((type) => ({
    name: type,
    resource: type,
    steps: drivers.filter(({ resources }) => resources.includes(type)).map(({ name }) => name),
  }));
  return {
    definitions: [...given.definitions, ...definitions],
    pipelines: [...given.pipelines, ...pipelines],
  };
}
