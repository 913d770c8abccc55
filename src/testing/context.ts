/** Which test the running code belongs to, and which clock it sees. @module */

import { ConveyorError } from "../errors.ts";
import { host } from "../runtime/detect.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** The test that code runs for. */
export interface TestContext {
  readonly time: VirtualTime;
  /** Whether its timers are virtual. */
  readonly virtualTimers: boolean;
  /** Whether it is the driver's own code, rather than the manager's. */
  readonly isUserCode: boolean;
  /** Called when the number of virtual timers of the driver's own code changes. */
  readonly onUserTimer: (change: 1 | -1) => void;
}

interface Hooks {
  readonly AsyncLocalStorage: new () => {
    run<T>(context: TestContext, work: () => T): T;
    getStore(): TestContext | undefined;
  };
  readonly AsyncResource: { bind<T extends () => void>(work: T): T };
}

let hooks: Hooks | undefined;
let storage: InstanceType<Hooks["AsyncLocalStorage"]> | undefined;

/** Loads what contexts need. @throws a `ConveyorError` where the runtime does not have it. */
export async function loadContexts(): Promise<void> {
  hooks ??= await host().builtin<Hooks>("async_hooks");
  if (!hooks) {
    throw new ConveyorError(
      "unsupported",
      "cannot test a driver on this runtime: it has no AsyncLocalStorage; use Node, Deno or Bun",
    );
  }
  storage ??= new hooks.AsyncLocalStorage();
}

/** Runs work, and all that it starts, in a context. */
export function runIn<T>(context: TestContext, work: () => T): T {
  return storage!.run(context, work);
}

/** Returns the context of the running code; `undefined` outside of tests of drivers. */
export function currentContext(): TestContext | undefined {
  return storage?.getStore();
}

/** Keeps the context, and those of other libraries, for a later call. */
export function bound(work: () => void): () => void {
  return hooks ? hooks.AsyncResource.bind(work) : work;
}
