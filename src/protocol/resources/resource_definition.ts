/** Resource definitions: resource types and the schemas of their specs. @module */

import { isObject } from "../../encoding/json.ts";
import { objectOf, optionalText, requiredText } from "../read.ts";

/** A resource type as the server stores it. */
export interface ResourceDefinition {
  /** Set by its creator; empty after create-or-update. */
  id: string;
  /** The name that a resource has in `resource`. */
  name: string;
  /** A description for people. */
  description: string;
  /** Free text. */
  version: string;
  /** JSON Schema of a resource's spec; draft 2020-12 unless its `$schema` says otherwise. */
  schema: JsonSchema;
}

/** A resource type to create or update. Only name and schema are required. */
export type ResourceDefinitionInput =
  & Pick<ResourceDefinition, "name" | "schema">
  & Partial<ResourceDefinition>;

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown> | boolean;

/** Converts a resource definition to its wire form, with defaults for absent fields. */
export function toWireResourceDefinition(input: ResourceDefinitionInput): ResourceDefinition {
  const { id = "", name, description = "", version = "", schema } = input;
  return { id, name, description, version, schema };
}

/**
 * Reads a resource definition from its wire form.
 *
 * @throws {MalformedMessageError} it is not an object, or has no `name`.
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
