/** Knows every run that was started, and what must have come of it. */

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Ending, type PlannedRun, type PlanOptions, planRun } from "./planned_run.ts";

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
export interface LedgerOptions extends PlanOptions {
  readonly driver: string;
}

/** The runs of one scenario. */
export class Ledger {
  readonly #runs: PlannedRun[];
  readonly #driver: string;
  readonly #byId: ReadonlyMap<string, PlannedRun>;

  constructor(options: LedgerOptions) {
    const { runs } = options;
    this.#driver = options.driver;
    this.#runs = Array.from({ length: runs }, (_, number) => planRun(number, options));
    this.#byId = new Map(this.runs.map((run) => [run.runId, run]));
  }

  /** The runs to do. */
  get runs(): readonly PlannedRun[] {
    return this.#runs;
  }

  /** Forgets the runs after the first `count`: they are not started any more. */
  truncate(count: number): void {
    this.#runs.length = Math.min(this.#runs.length, count);
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
    return this.runs.filter(({ runId, number, ending, silent }) =>
      ending !== "throws" && !silent && !hasLine(lines.get(runId), `run ${number} ends`)
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
    return { event: "create", run_id: runId, resource, driverresult };
  }
}

/** Whether there is such a line; labels may stand behind its text. */
function hasLine(lines: ReadonlySet<string> = new Set(), text: string): boolean {
  return [...lines].some((line) => line === text || line.startsWith(`${text} `));
}

const MESSAGE: Readonly<Record<Ending, string>> = {
  "succeeds": "is done",
  "throws once": "is done",
  "hangs once": "is done",
  "fails": "fails",
  "throws": "throws",
};
