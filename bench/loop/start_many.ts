/** Many drivers in one process, as the SDK has them and by hand, each with a resource type of its own. */

import { connect } from "@nats-io/transport-node";
import { createDriver, createDriverManager } from "@conveyor/driver";
import { addConsumer, type BenchWorld } from "../world.ts";
import { consumeOn } from "./baseline.ts";
import { loopOn } from "./nats_loop.ts";

/** Starts drivers; the function it gives ends them. */
export type StartMany = (
  world: BenchWorld,
  count: number,
  onReconcile: () => void,
  onDone: () => void,
) => Promise<() => Promise<void>>;

/** Events in work at a time, of each driver. */
const CONCURRENCY = 4;

/** One manager with a driver for each resource type. */
export const startManager: StartMany = async (world, count, onReconcile, onDone) => {
  const drivers = Array.from({ length: count }, (_, i) =>
    createDriver({
      name: nameOf(i),
      resources: [typeOf(i)],
      reconcile() {
        onReconcile();
      },
    }));
  const manager = createDriverManager({
    drivers,
    servers: world.url,
    concurrency: CONCURRENCY,
    console: false,
    runLog: "off",
    handleSignals: false,
    onEvent(event) {
      if (event.type === "run-ended") onDone();
    },
  });
  const running = manager.run();
  await manager.ready;
  return async () => {
    await manager.stop();
    await running;
  };
};

/** A loop by hand for each resource type, on one connection. */
export const startLoops: StartMany = async (world, count, onReconcile, onDone) => {
  const nc = await connect({ servers: world.url, noAsyncTraces: true });
  const stops: (() => Promise<unknown>)[] = [];
  for (let i = 0; i < count; i++) {
    const driver = nameOf(i);
    await addConsumer(world.admin, driver, typeOf(i));
    const loop = await loopOn(nc, { driver, concurrency: CONCURRENCY, onReconcile, onDone });
    stops.push(await consumeOn(loop, CONCURRENCY, 500));
  }
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    await nc.close();
  };
};

const nameOf = (index: number) => `bench-${index}`;
/** The resource type of a driver. */
export const typeOf = (index: number) => `type-${index}`;
