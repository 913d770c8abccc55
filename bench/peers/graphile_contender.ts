/** graphile-worker on a real PostgreSQL. @module */

import { makeWorkerUtils } from "graphile-worker";
import { Pool } from "pg";
import { encodeEvent } from "../world.ts";
import { type Contender, payload } from "./contender.ts";
import type { RunningServer } from "./servers/program.ts";

/** graphile-worker on this server. */
export async function graphileContender(
  { url, release }: RunningServer,
): Promise<Contender & AsyncDisposable> {
  const pgPool = new Pool({ connectionString: url });
  pgPool.on("error", (error) => console.error(`PostgreSQL: ${error.message}`));
  const utils = await makeWorkerUtils({ pgPool });
  await utils.migrate();
  return {
    name: "graphile-worker",
    worker: "graphile.ts",
    url,
    server: release,
    async load(count) {
      for (let left = count; left > 0; left -= 1000) {
        const jobs = Array.from(
          { length: Math.min(1000, left) },
          () => ({ identifier: "bench", payload: payload(encodeEvent()) }),
        );
        await utils.addJobs(jobs);
      }
      // A database that runs for long has these from its autovacuum.
      await pgPool.query("analyze");
    },
    async clear() {
      await pgPool.query(
        "truncate graphile_worker._private_jobs, graphile_worker._private_job_queues",
      );
    },
    async [Symbol.asyncDispose]() {
      await utils.release();
      await pgPool.end();
    },
  };
}
