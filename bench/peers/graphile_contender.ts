/** graphile-worker on a real PostgreSQL. @module */

import { makeWorkerUtils } from "graphile-worker";
import { Pool } from "pg";
import { type Contender, payloads } from "./contender.ts";
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
      for (const batch of payloads(count)) {
        await utils.addJobs(batch.map((payload) => ({ identifier: "bench", payload })));
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
