/** Pipelines by name. @module */

/** A step of a pipeline. */
export interface WireStep {
  id: string;
  name: string;
  driver: string;
}

/** A pipeline with the wire's field names. Absent fields are `null`, as in the server's responses. */
export interface WirePipeline {
  name: string;
  description: string;
  version: string;
  resource: string;
  steps: WireStep[] | null;
  metadata: Record<string, string> | null;
}

/** Stores pipelines by name. */
export class PipelineStore {
  readonly #pipelines = new Map<string, WirePipeline>();

  /** The number of pipelines. */
  get size(): number {
    return this.#pipelines.size;
  }

  /** Returns a pipeline; `undefined` when there is none. */
  find(name: string): WirePipeline | undefined {
    return this.#pipelines.get(name);
  }

  /** Adds or replaces a pipeline. */
  put(pipeline: WirePipeline): void {
    this.#pipelines.set(pipeline.name, pipeline);
  }
}
