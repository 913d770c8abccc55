/** Resources. @module */

import type { JsonValue } from "../../encoding/json.ts";
import { objectOf, optionalText, requiredText } from "../read.ts";

/** A resource: the state that a user has declared, and that drivers reconcile. */
export interface Resource<Spec = unknown> {
  /** Set by the server; a UUID. Another one means that the resource was deleted and created again. */
  id: string;
  /** Unique within its type. */
  name: string;
  /** The pipeline that it runs through; absent without one, and on v1 servers. */
  pipeline?: string;
  /** The type: the name of its resource definition. */
  resource: string;
  /**
   * Set by the server; any JSON, as it came. `version` is a decimal string from "1" up. A result of a step is the JSON text
   * in `driverresults.{driver}` on servers up to release 0.6, and an object in `driverresults` after it: `readResults`
   * reads both. Empty on v1 servers.
   */
  metadata: Record<string, JsonValue>;
  /** The desired state, validated against the JSON Schema of the resource definition. */
  spec: Spec;
}

/**
 * Reads a resource from its wire form.
 *
 * @throws {MalformedMessageError} it is not an object, or has no `name` or `resource`.
 */
export function readResource(value: unknown): Resource {
  const what = "the resource";
  const object = objectOf(value, what);
  const resource: Resource = {
    id: optionalText(object, "id"),
    name: requiredText(object, "name", what),
    resource: requiredText(object, "resource", what),
    metadata: objectOf(object["metadata"] ?? {}, "the resource's metadata") as Resource["metadata"],
    spec: object["spec"],
  };
  const pipeline = optionalText(object, "pipeline");
  if (pipeline !== "") resource.pipeline = pipeline;
  return resource;
}
