/** Turns what was stored into figures, and tells which runs are to be looked at. */

import type { InstanceExit } from "./instance.ts";
import type { Checker } from "./checker.ts";
import type { Ledger, PlannedRun } from "./ledger.ts";
import { exactly, type Figure } from "./scenario.ts";

/** The figures that every scenario has to reach: none lost, none twice, none wrong, every run's log there. */
export async function resultFigures(
  checker: Checker,
  ledger: Ledger,
  say: (text: string) => void,
): Promise<Figure[]> {
  const drained = await checker.engine.drained();
  const { lost, doubled, wrong } = ledger.check(checker.engine.results);
  const silent = ledger.withoutLog(checker.engine.lines);
  name("lost", lost, say);
  name("with a second result", doubled, say);
  name("without their log", silent, say);
  for (const result of wrong.slice(0, 5)) say(`a wrong result: ${JSON.stringify(result)}`);
  return [
    exactly("runs", ledger.runs.length, ledger.runs.length - lost.length),
    exactly("lost", 0, lost.length),
    exactly("with a second result", 0, doubled.length),
    exactly("with a wrong result", 0, wrong.length),
    exactly("without their log", 0, silent.length),
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

function name(fault: string, runs: readonly PlannedRun[], say: (text: string) => void): void {
  if (runs.length === 0) return;
  const some = runs.slice(0, 5).map(({ number, runId, ending }) =>
    `${number} (${runId}, ${ending})`
  );
  say(`${runs.length} runs ${fault}: ${some.join(", ")}`);
}
