/** Identifies outcomes. @module */

import { resultMessageId } from "../../protocol/result.ts";

/** Identifies the run of an outcome. */
export interface OutcomeKey {
  readonly driver: string;
  readonly runId: string;
  readonly messageId: string;
  /** The message id of its result, where it is at hand: another text of the same characters has to be hashed again. */
  readonly resultId?: string;
}

/** What the result of a run is called by. */
export function resultName(key: OutcomeKey): string {
  return key.resultId ?? resultMessageId(key);
}

/** What the dead letter of a run is called by. */
export function letterName(key: OutcomeKey): string {
  return `${resultName(key)}:dead-letter`;
}
