/** What a run is to do, and how it is to end. */

import { randomBytes, randomUUID } from "node:crypto";

/** How a run is to end. */
export type Ending = "succeeds" | "fails" | "throws once" | "hangs once" | "throws";

/** A run that is to be done. */
export interface PlannedRun {
  readonly number: number;
  readonly runId: string;
  readonly messageId: string;
  readonly ending: Ending;
  /** Whether it writes no line, so that nothing stands between its end and its result. */
  readonly silent: boolean;
  readonly resource: Record<string, unknown>;
  readonly text: string;
}

/** How runs are planned. */
export interface PlanOptions {
  /** The resource type, or the type of each run's. */
  readonly type: string | ((number: number) => string);
  readonly runs: number;
  /** How many resources the runs are spread over. @default one for each run */
  readonly resources?: number;
  /** Work of a run, in milliseconds. @default 2 to 50 */
  readonly workMs?: (number: number) => number;
  /** @default most succeed, and the other endings are mixed in */
  readonly ending?: (number: number) => Ending;
  /** @default none */
  readonly silent?: (number: number) => boolean;
}

/** Plans the run of a number. */
export function planRun(number: number, options: PlanOptions): PlannedRun {
  const { type, runs, resources = runs, workMs = mixedWork, ending = mixedEnding } = options;
  const silent = options.silent?.(number) ?? false;
  const text = randomBytes(16).toString("base64");
  return {
    number,
    runId: randomUUID(),
    messageId: randomBytes(12).toString("hex"),
    ending: ending(number),
    silent,
    text,
    resource: {
      id: randomBytes(12).toString("hex"),
      name: `site-${number % resources}`,
      resource: typeof type === "string" ? type : type(number),
      metadata: { version: "1" },
      spec: { number, workMs: workMs(number), ending: ending(number), silent, text },
    },
  };
}

function mixedWork(number: number): number {
  return 2 + (number * 7919) % 49;
}

function mixedEnding(number: number): Ending {
  if (number % 250 === 99) return "throws";
  if (number % 250 === 149) return "hangs once";
  if (number % 50 === 7) return "throws once";
  return number % 50 === 13 ? "fails" : "succeeds";
}
