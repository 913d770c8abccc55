/** What a resource's metadata says of a run through a pipeline. @module */

import type { PipelineStep } from "../../protocol/pipeline.ts";
import type { Resource } from "../../protocol/resources/resource.ts";
import { type DriverResult, readResults } from "../../protocol/result.ts";
import { readRunMetadata } from "../../protocol/run_metadata.ts";

/** The outcome of a run through a pipeline. */
export interface RunOutcome {
  /** Whether every step succeeded. */
  success: boolean;
  /** The driver whose step failed; `undefined` after success. */
  failedDriver: string | undefined;
  /** The drivers of the steps that have a result, in order. */
  drivers: string[];
  /** The steps' results, by driver. */
  results: Record<string, DriverResult>;
  /** The resource after the run. */
  resource: Resource;
}

/** How far a run has come: its outcome, the driver that it waits for, or what has taken its place. */
export type RunProgress =
  | { readonly outcome: RunOutcome }
  | { readonly waitsFor: string }
  | { readonly supersededBy: string };

/** The run that is waited for. */
export interface WantedRun {
  /** Its id; `undefined` is the run that is found first. */
  readonly runId: string | undefined;
  /** The version of the resource that it belongs to. */
  readonly version: string;
  /** The pipeline's steps, in order. */
  readonly steps: readonly Pick<PipelineStep, "id" | "driver">[];
}

/**
 * Follows one run by the resource as it is read again and again. Servers after release 0.6 say which run the results belong to;
 * before, only a create starts a run, and the version tells whether the results are still those of that run.
 */
export class RunFollower {
  readonly #wanted: WantedRun;
  /** Results that a driver had when the run was at a step before its last one, by driver, as JSON. */
  readonly #earlier = new Map<string, string>();
  #runId: string | undefined;
  #seen = false;

  constructor(wanted: WantedRun) {
    this.#wanted = wanted;
    this.#runId = wanted.runId;
  }

  /** Looks at the resource as it is now. */
  look(resource: Resource): RunProgress {
    const { version, steps } = this.#wanted;
    const { runId, deleting, deletionRunId, step } = readRunMetadata(resource);
    if (resource.metadata["version"] !== version) {
      return { supersededBy: `version ${resource.metadata["version"]} of the resource` };
    }
    if (runId !== undefined) this.#runId ??= runId;
    const isOther = runId !== undefined && runId !== this.#runId;
    if (isOther && this.#seen) return { supersededBy: `run ${runId}` };
    if (deleting && deletionRunId !== this.#runId) {
      return { supersededBy: `run ${deletionRunId}, which deletes the resource` };
    }
    if (isOther) return { waitsFor: steps[0]?.driver ?? "" }; // The engine has not come to this run yet.
    this.#seen ||= runId !== undefined;
    return this.#progress(resource, steps.findIndex(({ id }) => id === step));
  }

  #progress(resource: Resource, current: number): RunProgress {
    const all = readResults(resource);
    const results: Record<string, DriverResult> = {};
    const drivers: string[] = [];
    for (const [index, { driver }] of this.#wanted.steps.entries()) {
      const result = all[driver];
      if (!result || this.#isOfEarlierStep(index, current, result)) return { waitsFor: driver };
      results[driver] = result;
      drivers.push(driver);
      if (!result.success) {
        return { outcome: { success: false, failedDriver: driver, drivers, results, resource } };
      }
    }
    return { outcome: { success: true, failedDriver: undefined, drivers, results, resource } };
  }

  /**
   * Whether a driver's result is that of an earlier step: all steps of a driver share one place. The server says which step the
   * run is at; a result that the driver had before the run came to that step is the earlier one.
   */
  #isOfEarlierStep(index: number, current: number, result: DriverResult): boolean {
    const { steps } = this.#wanted;
    const { driver } = steps[index]!;
    if (current === -1 || index < current) return false;
    if (!steps.some((step, before) => before < index && step.driver === driver)) return false;
    const text = JSON.stringify(result);
    if (current < index || !this.#earlier.has(driver)) this.#earlier.set(driver, text);
    return this.#earlier.get(driver) === text;
  }
}
