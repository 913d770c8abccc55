/** Delays of many with one abort signal. @module */

import { delayUnlessAborted } from "./delay.ts";
import { derivedSignal } from "./derived_signal.ts";

/** Resolves when the time is up or the signal fires. Any number of delays share one listener: runtimes warn of more than ten. */
export async function sharedDelay(ms: number, shared: AbortSignal): Promise<void> {
  const { signal, release } = derivedSignal(shared);
  await delayUnlessAborted(ms, signal);
  release();
}
