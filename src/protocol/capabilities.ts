/** The response to `GET /capabilities`, which servers after release 0.6 have. @module */

import { objectOf } from "./read.ts";

/** What a server can do beyond release 0.6. */
export interface Capabilities {
  /** The version of deletions that run through a pipeline; absent on servers that have none. */
  resourceDeletionPipeline?: number;
}

/**
 * Reads a server's capabilities from their wire form.
 *
 * @throws {MalformedMessageError} it is not an object.
 */
export function readCapabilities(value: unknown): Capabilities {
  const version = objectOf(value, "the response")["resource_deletion_pipeline"];
  return typeof version === "number" ? { resourceDeletionPipeline: version } : {};
}
