/** Turns SIGINT and SIGTERM into a graceful stop, and a second one into an end at once. @module */

import { host } from "../../runtime/detect.ts";
import type { Host, StopSignal } from "../../runtime/host.ts";

const EXIT_CODE: Record<StopSignal, number> = { SIGINT: 130, SIGTERM: 143 };

/**
 * Within this time the same signal counts as one, in milliseconds. A terminal's Ctrl-C goes to every process of the group, and
 * what starts programs (`bun run`, some shells and init systems) passes it on again: one key press, two signals.
 */
const ECHO_MS = 500;

/** Calls `onFirst` on the first signal and ends the process on the second, until the returned function is called. */
export function stopOnSignals(
  onFirst: (signal: StopSignal) => void,
  on: Pick<Host, "onStopSignal" | "exit"> = host(),
  now: () => number = () => performance.now(),
): () => void {
  let first: { signal: StopSignal; at: number } | undefined;
  return on.onStopSignal((signal) => {
    if (first === undefined) {
      first = { signal, at: now() };
      onFirst(signal);
    } else if (signal !== first.signal || now() - first.at > ECHO_MS) {
      on.exit(EXIT_CODE[signal]);
    }
  });
}
