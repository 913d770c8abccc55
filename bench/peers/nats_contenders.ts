/** This package, and the loop by hand, on a real nats-server. @module */

import { jetstreamManager } from "@nats-io/jetstream";
import { type BenchWorld, clear, loadEvents } from "../world.ts";
import type { Contender } from "./contender.ts";

/** Both of them, on one server. */
export function natsContenders(world: BenchWorld): Contender[] {
  const { url, admin } = world;
  const server = `nats-server ${admin.info?.version ?? ""}`;
  const load = (count: number) => loadEvents(world, "bench", count);
  const both = { url, server, load, clear: () => clearAll(world) };
  return [
    { ...both, name: "@conveyor/driver", worker: "conveyor.ts" },
    { ...both, name: "nats.js, a loop by hand", worker: "by_hand.ts" },
  ];
}

async function clearAll(world: BenchWorld): Promise<void> {
  await clear(world);
  const jsm = await jetstreamManager(world.admin);
  const buckets = [];
  for await (const { config } of jsm.streams.list()) {
    if (config.name.startsWith("KV_")) buckets.push(config.name);
  }
  for (const bucket of buckets) await jsm.streams.purge(bucket);
}
