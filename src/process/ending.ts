/** What ends the wait for a command. @module */

import { startTimer } from "../async/long_timer.ts";
import { TimeoutError } from "../errors.ts";
import type { CommandResult } from "./options.ts";
import type { StartedProgram } from "./start.ts";

/** Resolves when a program has ended. */
export function exitOf(
  child: StartedProgram,
): Promise<Pick<CommandResult, "success" | "exitCode" | "signal">> {
  return new Promise((resolve) => {
    child.once(
      "exit",
      (exitCode, signal) => resolve({ success: exitCode === 0, exitCode, signal }),
    );
  });
}

/** Rejects when one of them does, and never resolves. */
export function firstFailure(work: readonly Promise<unknown>[]): Promise<never> {
  return new Promise((_, reject) => {
    for (const each of work) each.catch(reject);
  });
}

/** The end of a wait by its caller, or by time. */
export interface Interruption {
  /** Rejects with the signal's reason, or with a `TimeoutError`. */
  readonly promise: Promise<never>;
  /** Stops to listen. */
  release(): void;
}

/** Listens to a signal and starts a timer. */
export function interruptionOf(
  command: string,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Interruption {
  let release = () => {};
  const promise = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal?.reason);
    const cancel = startTimer(timeoutMs, () =>
      reject(
        new TimeoutError(`"${command}" was ended: it ran longer than ${timeoutMs} ms`, timeoutMs),
      ));
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    release = () => {
      cancel();
      signal?.removeEventListener("abort", onAbort);
    };
  });
  return { promise, release };
}
