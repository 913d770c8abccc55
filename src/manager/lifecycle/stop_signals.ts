/** Turns SIGINT and SIGTERM into a graceful shutdown, and a second signal into an immediate exit. @module */

import { host } from "../../runtime/detect.ts";
import type { Host, StopSignal } from "../../runtime/host.ts";

const EXIT_CODE: Record<StopSignal, number> = { SIGINT: 130, SIGTERM: 143 };

/**
 * Within this time, in milliseconds, the same signal counts once. A terminal's Ctrl-C goes to every process of the group, and
 * launchers (`bun run`, some shells and init systems) forward it again: one key press, two signals.
 */
const ECHO_MS = 500;

/** Calls `onFirst` on the first signal and exits the process on the second, until the returned function is called. */
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
