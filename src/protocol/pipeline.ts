/** Pipelines: the drivers that process a resource, one after the other. @module */

import { ConfigError } from "../errors.ts";
import { isObject, type JsonObject } from "../encoding/json.ts";
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
  /** The steps, in order. Servers up to release 0.6 find a step by its driver, so there no driver should occur twice. */
  steps: PipelineStep[];
  /** Free text, by key. */
  metadata: Record<string, string>;
}

/** One step of a pipeline. */
export interface PipelineStep {
  /** Identifies the step within its pipeline: not empty, and different from the others'. */
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

/** The drivers of a pipeline's steps, by name, with the types of their results. `createPipeline` returns it. */
export interface TypedSteps<Results> extends ReadonlyArray<string> {
  /** For the compiler alone: it has no value. */
  readonly "~results": Results;
}

/**
 * Converts a pipeline to its wire form, with defaults for absent fields.
 *
 * @throws {ConfigError} two steps have the same id, or one has an empty id.
 */
export function toWirePipeline(input: PipelineInput): Pipeline {
  const { name, description = "", version = "", resource, metadata = {} } = input;
  const steps = toWireSteps(input.steps);
  const ids = new Set(steps.map(({ id }) => id));
  if (ids.has("") || ids.size < steps.length) {
    const given = JSON.stringify(steps.map(({ id }) => id));
    throw new ConfigError(
      "steps",
      `cannot create the pipeline ${
        JSON.stringify(name)
      }: its steps need ids that differ, got ${given}`,
    );
  }
  return { name, description, version, resource, steps, metadata };
}

/** Converts steps to their wire form: a step without an id has its place, from 1, as its id. */
export function toWireSteps(steps: PipelineInput["steps"]): PipelineStep[] {
  return steps.map((step, index) => {
    const given = typeof step === "string" ? { driver: step } : step;
    return { id: String(index + 1), name: given.driver, ...given };
  });
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
