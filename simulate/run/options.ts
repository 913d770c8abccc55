/** What the command line asks for. */

import { parseArgs } from "node:util";

/** What is to be played, and how. */
export interface SimulateOptions {
  /** One seed, to be played with a trace. */
  readonly seed: number | undefined;
  readonly from: number;
  readonly count: number;
  readonly workers: number;
  /** Kinds of faults that are left out. */
  readonly without: readonly string[];
  /** Whether the mutants are played instead. */
  readonly mutants: boolean;
  /** The mutants to play; all, unless set. */
  readonly only: readonly string[] | undefined;
  /** Whether violations are cut down to their shortest schedules. */
  readonly shrink: boolean;
  /** Whether the figures go into the document. */
  readonly write: boolean;
}

/** Reads the command line. Throws when it asks for something that cannot be. */
export function readOptions(args?: string[]): SimulateOptions {
  const { values } = parseArgs({
    ...(args && { args }),
    options: {
      seed: { type: "string" },
      seeds: { type: "string" },
      from: { type: "string" },
      workers: { type: "string" },
      without: { type: "string" },
      mutants: { type: "boolean", default: false },
      only: { type: "string" },
      "no-shrink": { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  return {
    seed: values.seed === undefined ? undefined : number("seed", values.seed, 0),
    from: number("from", values.from, Math.floor(Math.random() * 2 ** 40)),
    count: number("seeds", values.seeds, values.mutants ? 2000 : 1000),
    workers: number("workers", values.workers, 2),
    without: values.without?.split(",") ?? [],
    mutants: values.mutants,
    only: values.only?.split(","),
    shrink: !values["no-shrink"],
    write: values.write,
  };
}

function number(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--${option} must be a whole number of at least 0, got ${text}`);
}
