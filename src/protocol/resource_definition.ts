/** Resource definitions: the types of resources and what their specs look like. @module */

import { isObject } from "./json.ts";
import { objectOf, optionalText, requiredText } from "./read.ts";

/** A resource type as the server keeps it. */
export interface ResourceDefinition {
  /** Set by whoever made it; empty when it was made by create-or-update. */
  id: string;
  /** The resource type: what a resource names in `resource`. */
  name: string;
  /** A line for people. */
  description: string;
  /** Free text. */
  version: string;
  /** JSON Schema of a resource's spec; draft 2020-12 unless its `$schema` says otherwise. */
  schema: JsonSchema;
}

/** A resource type as it is sent: all but name and schema may be left out. */
export type ResourceDefinitionInput =
  & Pick<ResourceDefinition, "name" | "schema">
  & Partial<ResourceDefinition>;

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown> | boolean;

/** Fills in what a resource definition leaves out. */
export function toWireResourceDefinition(input: ResourceDefinitionInput): ResourceDefinition {
  const { id = "", name, description = "", version = "", schema } = input;
  return { id, name, description, version, schema };
}

/**
 * Reads a resource definition off parsed JSON.
 *
 * @throws {MalformedMessageError} when it is not an object or has no `name`.
 */
export function readResourceDefinition(value: unknown): ResourceDefinition {
  const what = "the resource definition";
  const object = objectOf(value, what);
  const { schema } = object;
  return {
    id: optionalText(object, "id"),
    name: requiredText(object, "name", what),
    description: optionalText(object, "description"),
    version: optionalText(object, "version"),
    schema: isObject(schema) || typeof schema === "boolean" ? schema : {},
  };
}
