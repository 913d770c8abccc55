/** What goes to the server to create a resource, and what comes back. @module */

import { objectOf, optionalText, requiredText } from "./read.ts";

/** A resource as it is sent. The server sets its `id` and its `metadata`. */
export interface ResourceInput<Spec = unknown> {
  /** Unique within its type. */
  name: string;
  /** Its type: the name of its resource definition. */
  resource: string;
  /** The pipeline it runs through; none sends it to every driver of its type. */
  pipeline?: string | undefined;
  /** What the user asks for, shaped by the resource definition's JSON Schema. */
  spec: Spec;
}

/** A resource was created and a run of it has started. */
export interface CreateResourceResult {
  /** The resource's name. */
  name: string;
  /** The id of the run that has started. */
  runId: string;
  /** A line for people. */
  message: string;
  /** The resource's version: `1`, or empty on a v1 server. */
  version: string;
}

/** Gives a resource the shape it is sent in, without what the server sets. */
export function toWireResource(input: ResourceInput): Record<string, unknown> {
  const { name, resource, pipeline, spec } = input;
  return pipeline ? { name, resource, pipeline, spec } : { name, resource, spec };
}

/** Gives the answer to a create the wire's field names. */
export function toWireCreateResult(result: CreateResourceResult): Record<string, string> {
  const { name, runId, message, version } = result;
  return { name, runid: runId, message, version };
}

/**
 * Reads the answer to a create.
 *
 * @throws {MalformedMessageError} when it is not an object or names no run.
 */
export function readCreateResourceResult(value: unknown): CreateResourceResult {
  const what = "the answer";
  const object = objectOf(value, what);
  return {
    name: optionalText(object, "name"),
    runId: requiredText(object, "runid", what),
    message: optionalText(object, "message"),
    version: optionalText(object, "version"),
  };
}
