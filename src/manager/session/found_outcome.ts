/** What a look-up in the journal finds. @module */

import type { RecordableOutcome } from "./outcome_record.ts";

/** What the journal knows of a run. */
export type FoundOutcome =
  /** Its result is stored. `deadLetterReason` is given when its dead letter may not be. */
  | {
    readonly stored: true;
    readonly deadLetterReason?: string | undefined;
    readonly foreign?: never;
  }
  /** Its result is to be published, once more perhaps. `foreign`: another process has recorded it last. */
  | { readonly stored: false; readonly outcome: RecordableOutcome; readonly foreign: boolean };
