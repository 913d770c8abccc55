/** Pipelines: the drivers that process a resource, one after the other. @module */

import { isObject, type JsonObject } from "./json.ts";
import { objectOf, optionalText, requiredText } from "./read.ts";

/** A pipeline as the server stores it. */
export interface Pipeline {
  /** The name that a resource has in `pipeline`. */
  name: string;
  /** A description for people. */
  description: string;
  /** Free text. */
  version: string;
  /** The resource type that it processes. */
  resource: string;
  /** The steps, in order. The server identifies a step by its driver, so no driver should occur twice. */
  steps: PipelineStep[];
  /** Free text, by key. */
  metadata: Record<string, string>;
}

/** One step of a pipeline. */
export interface PipelineStep {
  /** Free text. */
  id: string;
  /** A name for people. */
  name: string;
  /** The name of the driver. */
  driver: string;
}

/** A pipeline to create or update. A step is a driver's name, or an object with a `driver`. */
export interface PipelineInput extends Partial<Omit<Pipeline, "steps">> {
  /** The name that a resource has in `pipeline`. */
  name: string;
  /** The resource type that it processes. */
  resource: string;
  /** The steps, in order. */
  steps: readonly (string | (Pick<PipelineStep, "driver"> & Partial<PipelineStep>))[];
}

/** Converts a pipeline to its wire form, with defaults for absent fields. */
export function toWirePipeline(input: PipelineInput): Pipeline {
  const { name, description = "", version = "", resource, steps, metadata = {} } = input;
  return { name, description, version, resource, steps: steps.map(toWireStep), metadata };
}

function toWireStep(step: PipelineInput["steps"][number], index: number): PipelineStep {
  const given = typeof step === "string" ? { driver: step } : step;
  return { id: String(index + 1), name: given.driver, ...given };
}

/**
 * Reads a pipeline from its wire form.
 *
 * @throws {MalformedMessageError} it is not an object, or has no `name`.
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
