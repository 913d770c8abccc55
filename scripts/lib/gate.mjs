/** A gate: steps that must all pass, a few at a time, one line each. */

import { availableParallelism } from "node:os";
import { indented, seconds } from "./report.mjs";

/**
 * One step. `work` gives what is wrong: nothing when all is well.
 *
 * @typedef {{ name: string, after?: string, work: () => Promise<string | string[]> }} Step
 */

/**
 * Runs the steps, in order where one names another as `after`. Prints a line for each as it ends, and the output of
 * those that fail.
 *
 * @param {Step[]} steps
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runGate(steps) {
  const lanes = Math.max(2, availableParallelism());
  const waiting = [...steps];
  /** @type {Map<string, boolean>} */
  const ended = new Map();
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  while (waiting.length > 0 || running.size > 0) {
    const step = waiting.find(({ after }) => after === undefined || ended.has(after));
    if (step && running.size < lanes) {
      waiting.splice(waiting.indexOf(step), 1);
      const lane = runStep(step, ended).then((ok) => {
        ended.set(step.name, ok);
        running.delete(lane);
      });
      running.add(lane);
    } else if (running.size > 0) {
      await Promise.race(running);
    } else {
      throw new Error(
        `these steps wait for one that is not in the list: ${waiting.map(({ name }) => name)}`,
      );
    }
  }
  const passed = [...ended.values()].filter(Boolean).length;
  return { passed, failed: ended.size - passed };
}

/** @param {Step} step @param {Map<string, boolean>} ended */
async function runStep(step, ended) {
  if (step.after !== undefined && !ended.get(step.after)) {
    console.log(
      `fail ${seconds(0)}  ${step.name}\n${indented(`"${step.after}" failed before it`)}`,
    );
    return false;
  }
  const started = performance.now();
  const problems = await step.work().then(
    (found) => [found].flat().filter((problem) => problem.trim() !== "").join("\n"),
    (error) => error instanceof Error ? error.stack ?? error.message : String(error),
  );
  const ok = problems === "";
  console.log(`${ok ? " ok " : "fail"} ${seconds(performance.now() - started)}  ${step.name}`);
  if (!ok) console.log(indented(problems));
  return ok;
}
