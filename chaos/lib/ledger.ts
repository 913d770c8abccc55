/** Knows every run that was started, and what must have come of it. */

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

/** How a run is to end. */
export type Ending = "succeeds" | "fails" | "throws once" | "hangs once" | "throws";

/** A run that is to be done. */
export interface PlannedRun {
  readonly number: number;
  readonly runId: string;
  readonly messageId: string;
  readonly ending: Ending;
  readonly resource: Record<string, unknown>;
  readonly text: string;
}

/** A result as it is on the wire. */
export interface StoredResult {
  readonly event: unknown;
  readonly run_id: string;
  readonly resource: unknown;
  readonly driverresult: unknown;
}

/** What the stored results say. */
export interface Verdict {
  /** Runs without a result. */
  readonly lost: PlannedRun[];
  /** Runs with more than one. */
  readonly doubled: PlannedRun[];
  /** Results that say something else than they must, or that belong to no run. */
  readonly wrong: StoredResult[];
}

/** How a ledger plans its runs. */
export interface LedgerOptions {
  readonly driver: string;
  /** The resource type, or the type of each run's. */
  readonly type: string | ((number: number) => string);
  readonly runs: number;
  /** How many resources the runs are spread over. @default one for each run */
  readonly resources?: number;
  /** Work of a run, in milliseconds. @default 2 to 50 */
  readonly workMs?: (number: number) => number;
  /** @default most succeed, and the other endings are mixed in */
  readonly ending?: (number: number) => Ending;
}

/** The runs of one scenario. */
export class Ledger {
  readonly runs: readonly PlannedRun[];
  readonly #driver: string;
  readonly #byId: ReadonlyMap<string, PlannedRun>;

  constructor(options: LedgerOptions) {
    const { runs } = options;
    this.#driver = options.driver;
    this.runs = Array.from({ length: runs }, (_, number) => plan(number, options));
    this.#byId = new Map(this.runs.map((run) => [run.runId, run]));
  }

  /** The bytes of a run's event, as the server publishes them. */
  encode({ messageId, runId, resource }: PlannedRun): string {
    const payload = JSON.stringify(resource);
    return JSON.stringify({ event: "create", payload, id: messageId, run_id: runId });
  }

  /** Checks what was stored. */
  check(results: readonly StoredResult[]): Verdict {
    const counts = new Map<string, number>();
    const wrong: StoredResult[] = [];
    for (const result of results) {
      counts.set(result.run_id, (counts.get(result.run_id) ?? 0) + 1);
      const run = this.#byId.get(result.run_id);
      if (!run || !isDeepStrictEqual(result, this.#expected(run))) wrong.push(result);
    }
    return {
      lost: this.runs.filter(({ runId }) => !counts.has(runId)),
      doubled: this.runs.filter(({ runId }) => (counts.get(runId) ?? 0) > 1),
      wrong,
    };
  }

  /** Runs whose last line is not among the stored lines. */
  withoutLog(lines: ReadonlyMap<string, ReadonlySet<string>>): PlannedRun[] {
    return this.runs.filter(({ runId, number, ending }) =>
      ending !== "throws" && !lines.get(runId)?.has(`run ${number} ends`)
    );
  }

  #expected({ runId, number, ending, resource, text }: PlannedRun): StoredResult {
    const proof = createHash("sha256").update(`${runId}:${text}`).digest("hex");
    const driverresult = {
      success: ending !== "fails" && ending !== "throws",
      message: `run ${number} ${MESSAGE[ending]}`,
      data: ending === "throws" ? null : { proof },
      driver: this.#driver,
    };
    return { event: "driver.result", run_id: runId, resource, driverresult };
  }
}

const MESSAGE: Readonly<Record<Ending, string>> = {
  "succeeds": "is done",
  "throws once": "is done",
  "hangs once": "is done",
  "fails": "fails",
  "throws": "throws",
};

function plan(number: number, options: LedgerOptions): PlannedRun {
  const { type, runs, resources = runs, workMs = mixedWork, ending = mixedEnding } = options;
  const text = randomBytes(16).toString("base64");
  return {
    number,
    runId: randomUUID(),
    messageId: randomBytes(12).toString("hex"),
    ending: ending(number),
    text,
    resource: {
      id: randomBytes(12).toString("hex"),
      name: `site-${number % resources}`,
      resource: typeof type === "string" ? type : type(number),
      metadata: { version: "1" },
      spec: { number, workMs: workMs(number), ending: ending(number), text },
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
