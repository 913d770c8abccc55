/** Loads the watch of a manager. @module */

import { isServerInEnvironment } from "../../settings.ts";
import type { DriverManagerOptions, ResolvedOptions } from "../options.ts";
import type { Session } from "../session/session.ts";

/** What the watch of a manager takes. */
export interface WatchSource {
  readonly given: DriverManagerOptions;
  readonly options: ResolvedOptions;
  readonly session: Session;
  /** Returns how many messages were delivered so far. */
  readonly received: () => number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Starts to watch a manager that runs. Its hints are for the console, so it is loaded only where there is one. */
export async function loadWatch(source: WatchSource): Promise<void> {
  const { given, options, session, received, signal } = source;
  if (given.console === false) return;
  const { watch } = await import("../monitoring/watch.ts");
  watch({
    options,
    client: given.client || isServerInEnvironment() ? () => session.client : undefined,
    protocol: session.protocol,
    received,
    emit: session.emit,
    signal,
  });
}
