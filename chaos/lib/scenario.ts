/** What a scenario is. */

import type { Runtime } from "../../tests/support/program.ts";
import type { PackageStage } from "./package_stage.ts";

/** A number that a scenario has to reach. */
export interface Figure {
  readonly name: string;
  /** What it has to be; empty for one that is only told. */
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

/** What a scenario works with. */
export interface ScenarioContext {
  readonly runtime: Runtime;
  readonly stage: PackageStage;
  /** How many runs or messages, if the user asked for another number than the scenario's own. */
  readonly runs: number | undefined;
  /** How long, for a scenario that takes its time, in minutes. */
  readonly minutes: number | undefined;
  /** What makes generated messages the same again, for a scenario that generates some. */
  readonly seed: number | undefined;
  /** Whether to be done in seconds, to try a scenario out: with fewer and shorter faults, for a scenario that lets time pass. */
  readonly short: boolean;
  /** Tells how things go. */
  say(text: string): void;
}

/** A way of breaking things, and what has to hold all the same. */
export interface Scenario {
  readonly name: string;
  /** Whether it takes so long that it is run only when it is named, and on all runtimes at the same time. */
  readonly long?: boolean;
  run(context: ScenarioContext): Promise<Figure[]>;
}

/** A count that has to be an exact number. */
export function exactly(name: string, target: number, measured: number): Figure {
  return {
    name,
    target: String(target),
    measured: String(measured),
    met: measured === target,
  };
}

/** A count that has to be a number or more. */
export function atLeast(name: string, target: number, measured: number): Figure {
  return {
    name,
    target: `${target} or more`,
    measured: String(measured),
    met: measured >= target,
  };
}

/** Something worth knowing that has no target. */
export function told(name: string, measured: string | number): Figure {
  return { name, target: "", measured: String(measured), met: true };
}
