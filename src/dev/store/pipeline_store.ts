/** Pipelines by name. @module */

/** A step of a pipeline. */
export interface WireStep {
  id: string;
  name: string;
  driver: string;
}

/** A pipeline with the wire's field names. What was not given is `null`, as the server answers it. */
export interface WirePipeline {
  name: string;
  description: string;
  version: string;
  resource: string;
  steps: WireStep[] | null;
  metadata: Record<string, string> | null;
}

/** The pipelines that there are, by name. */
export class PipelineStore {
  readonly #pipelines = new Map<string, WirePipeline>();

  /** How many there are. */
  get size(): number {
    return this.#pipelines.size;
  }

  /** Gives a pipeline; `undefined` when there is none. */
  find(name: string): WirePipeline | undefined {
    return this.#pipelines.get(name);
  }

  /** Stores a pipeline, over one of its name if there is one. */
  put(pipeline: WirePipeline): void {
    this.#pipelines.set(pipeline.name, pipeline);
  }
}
