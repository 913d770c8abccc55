/** What the real server's log store does to its readers, for tests. @module */

import { invalidOption, requireKnown, requireWhole } from "../validate.ts";

/**
 * How the log store behaves like the real server's, for tests of a client that has to bear it. Without any, entries are
 * stored at once and a stream of them has no gap.
 */
export interface LogFaults {
  /** How long after it was published an entry is stored, in milliseconds. Streams have it at once. @default {0} */
  readonly logLagMs?: number;
  /**
   * How many live entries are held for each reader of a stream; those that come while so many wait are dropped, without a
   * sign. `true` is 256, as in the real server. @default {false}
   */
  readonly dropLiveLines?: boolean | number;
  /** Whether the live part of a stream turns to the run of whichever stream was opened last. @default {false} */
  readonly wrongRun?: boolean;
  /** Whether each stream ends after the stored entries. @default {false} */
  readonly endStreams?: boolean;
}

/** Faults with all defaults applied. */
export interface ResolvedLogFaults {
  readonly logLagMs: number;
  /** `undefined` when none are dropped. */
  readonly liveLines: number | undefined;
  readonly wrongRun: boolean;
  readonly endStreams: boolean;
}

/** Entries that the real server holds for a slow reader. */
const LIVE_LINES = 256;

/**
 * Checks the faults and applies the defaults.
 *
 * @throws {ConfigError} that names the invalid option.
 */
export function resolveFaults(faults: LogFaults): ResolvedLogFaults {
  requireKnown(faults, ["logLagMs", "dropLiveLines", "wrongRun", "endStreams"], "faults.");
  const { logLagMs = 0, dropLiveLines = false, wrongRun = false, endStreams = false } = faults;
  if (!(Number.isFinite(logLagMs) && logLagMs >= 0)) {
    throw invalidOption("faults.logLagMs", "a number of milliseconds, 0 or more", logLagMs);
  }
  const liveLines = dropLiveLines === true ? LIVE_LINES : dropLiveLines || undefined;
  if (liveLines !== undefined) requireWhole("faults.dropLiveLines", liveLines, 1);
  return { logLagMs, liveLines, wrongRun, endStreams };
}

/** Whether streams are served from what is published live, as the real server does, rather than from the store. */
export function servesLive(
  { logLagMs, liveLines, wrongRun, endStreams }: ResolvedLogFaults,
): boolean {
  return logLagMs > 0 || liveLines !== undefined || wrongRun || endStreams;
}
