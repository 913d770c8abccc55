/** The request that creates a resource, and its response. @module */

import { objectOf, optionalText, requiredText } from "../read.ts";

/** A resource to create or update. The server sets `id` and `metadata`. */
export interface ResourceInput<Spec = unknown> {
  /** Unique within its type. */
  name: string;
  /** The type: the name of its resource definition. */
  resource: string;
  /** The pipeline that it runs through. Without one it goes to every driver of its type. */
  pipeline?: string | undefined;
  /** The desired state, validated against the JSON Schema of the resource definition. */
  spec: Spec;
}

/** A resource to update. */
export interface ResourceUpdate<Spec = unknown> extends Omit<ResourceInput<Spec>, "pipeline"> {
  /** The pipeline that it runs through; `null` takes it out of its pipeline. @default {"the one it has"} */
  pipeline?: string | null | undefined;
}

/** The result of creating a resource, which starts a run. */
export interface CreateResourceResult {
  /** The resource's name. */
  name: string;
  /** The id of the run. */
  runId: string;
  /** A message for people. */
  message: string;
  /** The resource's version: `1`, or empty on a v1 server. */
  version: string;
}

/** Converts a resource to its wire form, without the fields that the server sets. */
export function toWireResource(input: ResourceInput): Record<string, unknown> {
  const { name, resource, pipeline, spec } = input;
  return pipeline ? { name, resource, pipeline, spec } : { name, resource, spec };
}

/** Converts the result of a create to its wire form. */
export function toWireCreateResult(result: CreateResourceResult): Record<string, string> {
  const { name, runId, message, version } = result;
  return { name, runid: runId, message, version };
}

/**
 * Reads the result of a create from its wire form.
 *
 * @throws {MalformedMessageError} it is not an object, or has no `runid`.
 */
export function readCreateResourceResult(value: unknown): CreateResourceResult {
  const what = "the response";
  const object = objectOf(value, what);
  return {
    name: optionalText(object, "name"),
    runId: requiredText(object, "runid", what),
    message: optionalText(object, "message"),
    version: optionalText(object, "version"),
  };
}
