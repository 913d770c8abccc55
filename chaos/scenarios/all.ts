/** The scenarios by name. */

import type { Scenario } from "../lib/scenario.ts";
import { healing } from "./healing.ts";
import { prefetchFairness } from "./prefetch_fairness.ts";
import { hostile } from "./hostile.ts";
import { cluster, forgetful, kill } from "./kill.ts";
import { rolling } from "./rolling.ts";
import { sigterm } from "./sigterm.ts";
import { soak } from "./soak.ts";

/** Scenarios in the order in which they are run. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [prefetchFairness, sigterm, rolling, healing, hostile, kill, forgetful, cluster, soak].map((
    scenario,
  ) => [scenario.name, scenario]),
);
