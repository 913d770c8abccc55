/** Runs a scenario and makes its report. */

import type { Report } from "./report.ts";
import type { Figure, Scenario, ScenarioContext } from "./scenario.ts";

/** Runs a scenario. One that breaks down is reported as a figure that is missed. */
export async function runScenario(
  scenario: Scenario,
  context: Omit<ScenarioContext, "say">,
): Promise<Report> {
  const { runtime } = context;
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const say = (text: string) =>
    console.log(`${elapsed().toFixed(0).padStart(5)} s  ${scenario.name} on ${runtime}: ${text}`);
  const figures = await scenario.run({ ...context, say }).catch((error: unknown): Figure[] => {
    say(error instanceof Error ? error.stack ?? error.message : String(error));
    return [{ name: "came to an end", target: "yes", measured: "no", met: false }];
  });
  return { scenario: scenario.name, runtime, figures, seconds: elapsed() };
}
