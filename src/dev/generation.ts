/** The generations of the Conveyor server that the embedded one can stand in for. @module */

import type { ProtocolVersion } from "../protocol/subjects.ts";

/**
 * A generation of the Conveyor server: `v1` keeps its logs in Loki and has no pipelines, `v2` is release 0.6, `v3` is what
 * follows it, with updates and deletions as runs.
 */
export type Generation = "v1" | "v2" | "v3";

/** All generations, the oldest first. */
export const GENERATIONS: readonly Generation[] = ["v1", "v2", "v3"];

/** Returns the version of the streams and subjects of a generation: `v3` has those of `v2`. */
export function protocolOfGeneration(generation: Generation): ProtocolVersion {
  return generation === "v1" ? "v1" : "v2";
}
