/** The scenarios by name. */

import type { Scenario } from "../lib/scenario.ts";
import { forgetful, kill } from "./kill.ts";

/** Scenarios in the order in which they are run. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [kill, forgetful].map((scenario) => [scenario.name, scenario]),
);
