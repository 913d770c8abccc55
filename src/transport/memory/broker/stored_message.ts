/** A message as a memory stream keeps it. @module */

import type { Headers } from "../../shared/headers.ts";

/** A message as a memory stream keeps it. */
export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly timestampMs: number;
}
