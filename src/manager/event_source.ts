/** The run that an event is about, for those that write to its log. @module */

import type { ManagedLogger } from "../logger/logger.ts";

/** The run that an event is about. */
export interface EventSource {
  /** Writes to its log. Created on first use. */
  readonly logger: ManagedLogger;
}
