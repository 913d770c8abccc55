/** What the pipeline engine needs. @module */

import type { Generation } from "../generation.ts";
import type { PipelineStore } from "../store/pipeline_store.ts";
import type { ResourceStore } from "../store/resource_store.ts";
import type { RunEvent } from "./run_publisher.ts";

/** What the engine needs. */
export interface EngineServices {
  readonly generation: Generation;
  readonly resources: ResourceStore;
  readonly pipelines: PipelineStore;
  /** Publishes a run to its drivers. */
  readonly publish: (run: RunEvent) => Promise<void>;
  /** Resolves when the log entries that were published before are stored. */
  readonly logsStored: () => Promise<void>;
  /** Receives a line of text for each event that is ignored or not usable. */
  readonly onNotice: (notice: string) => void;
}
