/** Runs a scenario and makes its report. */

import type { Report } from "./report.ts";
import type { Figure, Scenario, ScenarioContext } from "./scenario.ts";

/** Runs a scenario. One that breaks down is reported as a figure that is missed. */
export async function runScenario(
  scenario: Scenario,
  { runtime, stage, runs, minutes, seed, short }: Omit<ScenarioContext, "say">,
): Promise<Report> {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const say = (text: string) =>
    console.log(`${elapsed().toFixed(0).padStart(5)} s  ${scenario.name} on ${runtime}: ${text}`);
  const context = { runtime, stage, runs, minutes, seed, short, say };
  const figures = await scenario.run(context).catch((error: unknown): Figure[] => {
    say(error instanceof Error ? error.stack ?? error.message : String(error));
    return [{ name: "came to an end", target: "yes", measured: "no", met: false }];
  });
  const asked = Object.entries({ runtime, runs, minutes, seed })
    .flatMap(([option, value]) => value === undefined ? [] : [`--${option} ${value}`]);
  if (short) asked.push("--short");
  const command = `npm run chaos -- --scenario ${scenario.name} ${asked.join(" ")}`;
  return { scenario: scenario.name, runtime, figures, seconds: elapsed(), command };
}
