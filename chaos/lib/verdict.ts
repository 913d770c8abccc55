/** Turns what was stored into figures, and tells which runs are to be looked at. */

import type { InstanceExit } from "./instance.ts";
import type { Checker } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import type { PlannedRun } from "./planned_run.ts";
import type { RunHistories } from "./run_histories.ts";
import { exactly, type Figure, told } from "./scenario.ts";

/** What a scenario does to which nothing can stand up. */
export interface Excuses {
  /** Runs that were on their way when a broker lost its files: their events may be nowhere any more. */
  readonly lostWithStore?: ReadonlySet<PlannedRun>;
  /** How long the longest fault was. A log line that cannot be stored has failed after a while. */
  readonly faultSeconds?: number;
}

/** How long a line is tried again, in seconds. */
const LINE_SECONDS = 30;

/** The figures that every scenario has to reach: none lost, none twice, none wrong, every run's log there. */
export async function resultFigures(
  checker: Checker,
  ledger: Ledger,
  histories: RunHistories,
  say: (text: string) => void,
  { lostWithStore = new Set(), faultSeconds = 0 }: Excuses = {},
): Promise<Figure[]> {
  const drained = await checker.engine.drained();
  const verdict = ledger.check(checker.engine.results);
  const gone = new Set(verdict.lost.filter((run) => lostWithStore.has(run)));
  const lost = verdict.lost.filter((run) => !gone.has(run));
  const { doubled, wrong } = verdict;
  const silent = ledger.withoutLog(checker.engine.lines).filter((run) => !gone.has(run));
  const { results, takenAt } = checker.engine;
  const explain = ({ runId }: PlannedRun) =>
    histories.tell(runId, takenAt.filter((_, i) => results[i]?.run_id === runId));
  name("lost", lost, say, explain);
  name("with a second result", doubled, say, explain);
  name("without their log", silent, say);
  for (const result of wrong.slice(0, 5)) say(`a wrong result: ${JSON.stringify(result)}`);
  return [
    exactly("runs", ledger.runs.length - gone.size, ledger.runs.length - verdict.lost.length),
    exactly("lost", 0, lost.length),
    exactly("with a second result", 0, doubled.length),
    exactly("with a wrong result", 0, wrong.length),
    faultSeconds < LINE_SECONDS
      ? exactly("without their log", 0, silent.length)
      : told("without their log", silent.length),
    exactly("work queues that were not emptied", 0, drained ? 0 : 1),
  ];
}

/** The figure that every process has ended in peace. */
export function exitFigure(exits: readonly InstanceExit[], say: (text: string) => void): Figure {
  const bad = exits.filter(({ code }) => code !== 0);
  for (const { code, signal, complaints } of bad) {
    say(`an instance ended with ${code ?? signal}: ${complaints}`);
  }
  return exactly("exit codes that are not 0", 0, bad.length);
}

function name(
  fault: string,
  runs: readonly PlannedRun[],
  say: (text: string) => void,
  explain?: (run: PlannedRun) => string,
): void {
  if (runs.length === 0) return;
  const some = runs.slice(0, 5).map(({ number, runId, ending }) =>
    `${number} (${runId}, ${ending})`
  );
  say(`${runs.length} runs ${fault}: ${some.join(", ")}`);
  if (explain) { for (const run of runs.slice(0, 5)) say(`run ${run.number}: ${explain(run)}`); }
}
