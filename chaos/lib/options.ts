/** What the command line asks for. */

import { parseArgs } from "node:util";
import { type Runtime, RUNTIMES } from "../../tests/support/program.ts";
import type { Scenario } from "./scenario.ts";

/** What is to be run, and how. */
export interface ChaosOptions {
  readonly scenarios: readonly Scenario[];
  readonly runtimes: readonly Runtime[];
  readonly runs: number | undefined;
  readonly minutes: number | undefined;
  readonly seed: number | undefined;
  /** Whether faults last seconds where they could last minutes. */
  readonly short: boolean;
  /** Whether what was measured goes into the document. */
  readonly write: boolean;
}

/** Reads the command line. Throws when it asks for something that is not there. */
export function readOptions(all: ReadonlyMap<string, Scenario>): ChaosOptions {
  const { values } = parseArgs({
    options: {
      scenario: { type: "string" },
      runtime: { type: "string" },
      runs: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string" },
      short: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const runtimes = new Map(RUNTIMES.map((runtime) => [runtime, runtime]));
  return {
    scenarios: values.scenario?.split(",").map((name) => known("scenario", name, all)) ??
      [...all.values()].filter(({ long }) => !long),
    runtimes: values.runtime?.split(",").map((name) => known("runtime", name, runtimes)) ??
      RUNTIMES,
    runs: number("runs", values.runs),
    minutes: number("minutes", values.minutes),
    seed: number("seed", values.seed),
    short: values.short,
    write: values.write,
  };
}

function known<T>(option: string, name: string, all: ReadonlyMap<string, T>): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw new Error(
    `--${option} ${name}: there is no such ${option}; use ${[...all.keys()].join(", ")}`,
  );
}

function number(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (Number(text) > 0) return Number(text);
  throw new Error(`--${option} ${text}: this is not a number above 0`);
}
