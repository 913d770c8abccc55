/** The resource that a run is about. @module */

import { isObject, type JsonObject } from "./json.ts";
import { MalformedMessageError } from "./malformed.ts";
import { objectOf, requiredText } from "./read.ts";

/** A resource: what a user declared, and what drivers turn into CI/CD work. */
export interface Resource<Spec = unknown> {
  /** Set by the server; 24 hexadecimal digits. */
  id: string;
  /** Unique within its type. */
  name: string;
  /** The pipeline it runs through; absent when it has none, and on v1 servers. */
  pipeline?: string;
  /** Its type: the name of its resource definition. */
  resource: string;
  /**
   * Kept by the server. `version` is a decimal string from "1" up; `driverresults.{driver}` holds the JSON text of that
   * driver's result. Empty on v1 servers.
   */
  metadata: Record<string, string>;
  /** What the user asks for, shaped by the resource definition's JSON Schema. */
  spec: Spec;
}

/**
 * Reads a resource off the wire.
 *
 * @throws {MalformedMessageError} when it is not an object or has no `name` or `resource`.
 */
export function readResource(value: unknown): Resource {
  const what = "the resource";
  const object = objectOf(value, what);
  const resource: Resource = {
    id: optionalText(object, "id"),
    name: requiredText(object, "name", what),
    resource: requiredText(object, "resource", what),
    metadata: readMetadata(object["metadata"]),
    spec: object["spec"],
  };
  const pipeline = optionalText(object, "pipeline");
  if (pipeline !== "") resource.pipeline = pipeline;
  return resource;
}

function optionalText(object: JsonObject, field: string): string {
  const value = object[field];
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw new MalformedMessageError(`the resource's "${field}" is not text`);
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    throw new MalformedMessageError(`the resource's "metadata" is not an object`);
  }
  const metadata = Object.entries(value).map(([key, entry]) => [
    key,
    typeof entry === "string" ? entry : JSON.stringify(entry),
  ]);
  return Object.fromEntries(metadata); // Unlike an assignment, this makes any key a plain member, `__proto__` too.
}
