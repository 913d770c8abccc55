/** Turns SIGINT and SIGTERM into a graceful stop, and a second one into an end at once. @module */

import { host } from "../runtime/detect.ts";
import type { Host, StopSignal } from "../runtime/host.ts";

const EXIT_CODE: Record<StopSignal, number> = { SIGINT: 130, SIGTERM: 143 };

/** Calls `onFirst` on the first signal and ends the process on the second, until the returned function is called. */
export function stopOnSignals(
  onFirst: (signal: StopSignal) => void,
  on: Pick<Host, "onStopSignal" | "exit"> = host(),
): () => void {
  let received = 0;
  return on.onStopSignal((signal) => {
    if (++received === 1) onFirst(signal);
    else on.exit(EXIT_CODE[signal]);
  });
}
