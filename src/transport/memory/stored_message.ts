/** A message as a memory stream keeps it. @module */

/** Headers by their exact names. */
export type Headers = Readonly<Record<string, string>>;

/** A message as a memory stream keeps it. */
export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly timestampMs: number;
}
