/** All contenders whose servers are installed here. @module */

import { openBenchWorld } from "../world.ts";
import { bullmqContender } from "./bullmq_contender.ts";
import type { Contender, Missing } from "./contender.ts";
import { graphileContender } from "./graphile_contender.ts";
import { natsContenders } from "./nats_contenders.ts";
import { startPostgres } from "./servers/postgres.ts";
import { startRedis } from "./servers/redis.ts";

/** Contenders that run, and those that cannot. */
export interface Contenders extends AsyncDisposable {
  readonly running: readonly Contender[];
  readonly missing: readonly Missing[];
}

/** Starts their servers. The first one is this package, the second one the loop by hand. */
export async function openContenders(): Promise<Contenders> {
  const opened: AsyncDisposable[] = [];
  const keep = <T extends AsyncDisposable>(one: T): T => {
    opened.push(one);
    return one;
  };
  async function close(): Promise<void> {
    for (const one of opened.reverse()) await one[Symbol.asyncDispose]();
  }
  const missing: Missing[] = [];
  try {
    const running = natsContenders(keep(await openBenchWorld()));
    const redis = await startRedis();
    if (redis) running.push(keep(bullmqContender(keep(redis))));
    else {missing.push({
        name: "BullMQ",
        missing: "redis-server (Debian: redis-server)",
      });}
    const postgres = await startPostgres();
    if (postgres) running.push(keep(await graphileContender(keep(postgres))));
    else {missing.push({
        name: "graphile-worker",
        missing: "initdb (Debian: postgresql)",
      });}
    return { running, missing, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
