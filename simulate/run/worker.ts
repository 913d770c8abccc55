/** A process that plays its share of the seeds. */

import { everySeed, playSeeds } from "./play_seeds.ts";
import type { WorkerTask } from "./spread.ts";

const { from, count, stride, without } = JSON.parse(process.argv[2]!) as WorkerTask;
process.removeAllListeners("warning");
process.once("disconnect", () => process.exit(1)); // Who would read the summary is gone.
const summary = await playSeeds(everySeed(from, count, stride), new Set(without));
process.send?.(summary, () => process.exit(0));
