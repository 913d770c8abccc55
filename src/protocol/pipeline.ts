/** Pipelines: which drivers a resource goes through, one after the other. @module */

import { isObject, type JsonObject } from "./json.ts";
import { objectOf, optionalText, requiredText } from "./read.ts";

/** A pipeline as the server keeps it. */
export interface Pipeline {
  /** What a resource names in `pipeline`. */
  name: string;
  /** A line for people. */
  description: string;
  /** Free text. */
  version: string;
  /** The one resource type it takes. */
  resource: string;
  /** The drivers, in order. The server tells steps apart by driver, so a driver should not come twice. */
  steps: PipelineStep[];
  /** Free text by name. */
  metadata: Record<string, string>;
}

/** One step of a pipeline. */
export interface PipelineStep {
  /** Free text. */
  id: string;
  /** A name for people. */
  name: string;
  /** The name of the driver that does the work. */
  driver: string;
}

/** A pipeline as it is sent. A step is a driver's name, or an object that has one in `driver`. */
export interface PipelineInput extends Partial<Omit<Pipeline, "steps">> {
  /** What a resource names in `pipeline`. */
  name: string;
  /** The one resource type it takes. */
  resource: string;
  /** The drivers, in order. */
  steps: readonly (string | (Pick<PipelineStep, "driver"> & Partial<PipelineStep>))[];
}

/** Fills in what a pipeline leaves out. */
export function toWirePipeline(input: PipelineInput): Pipeline {
  const { name, description = "", version = "", resource, steps, metadata = {} } = input;
  return { name, description, version, resource, steps: steps.map(toWireStep), metadata };
}

function toWireStep(step: PipelineInput["steps"][number], index: number): PipelineStep {
  const given = typeof step === "string" ? { driver: step } : step;
  return { id: String(index + 1), name: given.driver, ...given };
}

/**
 * Reads a pipeline off parsed JSON.
 *
 * @throws {MalformedMessageError} when it is not an object or has no `name`.
 */
export function readPipeline(value: unknown): Pipeline {
  const what = "the pipeline";
  const object = objectOf(value, what);
  const { steps, metadata } = object;
  return {
    name: requiredText(object, "name", what),
    description: optionalText(object, "description"),
    version: optionalText(object, "version"),
    resource: optionalText(object, "resource"),
    steps: Array.isArray(steps) ? steps.filter(isObject).map(readStep) : [],
    metadata: isObject(metadata) ? readTexts(metadata) : {},
  };
}

function readStep(step: JsonObject): PipelineStep {
  return {
    id: optionalText(step, "id"),
    name: optionalText(step, "name"),
    driver: optionalText(step, "driver"),
  };
}

function readTexts(object: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.keys(object).map((key) => [key, optionalText(object, key)]));
}
