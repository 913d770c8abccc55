/**
 * graphile-worker with a local queue, as its page on performance recommends. Its batches of completions stay off: with them a job
 * counts as complete before its database knows that, and a crash runs it again.
 *
 * @module
 */

import { Logger, run } from "graphile-worker";
import { Counter, told } from "./measure.ts";

const { url, concurrency } = told();
const counter = new Counter();
const runner = await run({
  preset: {
    worker: {
      connectionString: url,
      concurrentJobs: concurrency,
      maxPoolSize: Math.min(concurrency + 2, 80), // A new cluster takes a hundred connections.
      preparedStatements: true,
      localQueue: { size: 500 },
    },
  },
  logger: new Logger(() => () => {}),
  noHandleSignals: true,
  taskList: {
    bench() {
      counter.started();
    },
  },
});
runner.events.on("job:complete", () => counter.ended());
