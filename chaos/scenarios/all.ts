/** The scenarios by name. */

import type { Scenario } from "../lib/scenario.ts";
import { amnesia } from "./amnesia.ts";
import { diskFull } from "./disk_full.ts";
import { healing } from "./healing.ts";
import { prefetchFairness } from "./prefetch_fairness.ts";
import { hostile } from "./hostile.ts";
import { cluster, forgetful, kill } from "./kill.ts";
import { logs } from "./logs.ts";
import { outage } from "./outage.ts";
import { permissions } from "./permissions.ts";
import { readAhead } from "./read_ahead.ts";
import { restart } from "./restart.ts";
import { rolling } from "./rolling.ts";
import { sigterm } from "./sigterm.ts";
import { soak } from "./soak.ts";

/** Scenarios in the order in which they are run. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [
    prefetchFairness,
    readAhead,
    sigterm,
    rolling,
    healing,
    hostile,
    kill,
    forgetful,
    cluster,
    restart,
    outage,
    amnesia,
    diskFull,
    logs,
    permissions,
    soak,
  ].map((
    scenario,
  ) => [scenario.name, scenario]),
);
