/** Records of outcomes, as the journal's bucket holds them. @module */

import { decodeText, encodeJson, isObject } from "../../protocol/json.ts";
import type { DriverResult } from "../../protocol/result.ts";

/** An outcome to record. */
export interface RecordableOutcome {
  readonly result: DriverResult;
  /** Why the run is a dead letter, if it is one. */
  readonly deadLetterReason?: string;
}

/**
 * What a record knows of its result: it was `sent` right ahead of the record, and nothing else is known; it is `stored`, as the
 * result stream has confirmed; or it is `unconfirmed`, because its process waited for a confirmation in vain.
 */
export type OutcomeRecord =
  | { readonly state: "sent" | "unconfirmed"; readonly outcome: RecordableOutcome }
  | { readonly state: "stored"; readonly deadLetterReason?: string };

/** Encodes a record. A dead letter's reason mostly begins with its result's message, which is not kept twice. */
export function encodeOutcomeRecord(record: OutcomeRecord): Uint8Array {
  if (record.state === "stored") {
    const { deadLetterReason } = record;
    return encodeJson({
      stored: true,
      ...(deadLetterReason !== undefined && { giveUp: deadLetterReason }),
    });
  }
  const { result, deadLetterReason } = record.outcome;
  return encodeJson({
    result,
    ...(deadLetterReason !== undefined && encodedReason(result.message, deadLetterReason)),
    ...(record.state === "unconfirmed" && { unconfirmed: true }),
  });
}

function encodedReason(
  message: string,
  reason: string,
): { giveUp: string } | { giveUpMore: string } {
  return reason.startsWith(message)
    ? { giveUpMore: reason.slice(message.length) }
    : { giveUp: reason };
}

/** Decodes a record; `undefined` when it is none. */
export function decodeOutcomeRecord(bytes: Uint8Array): OutcomeRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes));
  } catch {
    return undefined; // A bucket that others write to may hold anything.
  }
  if (!isObject(value)) return undefined;
  const { giveUp, giveUpMore } = value;
  if (value["stored"] === true) {
    return {
      state: "stored",
      ...(typeof giveUp === "string" && { deadLetterReason: giveUp }),
    };
  }
  if (!isObject(value["result"])) return undefined;
  const { success, message: text, data } = value["result"];
  const message = String(text ?? "");
  const reason = typeof giveUpMore === "string" ? message + giveUpMore : giveUp;
  return {
    state: value["unconfirmed"] === true ? "unconfirmed" : "sent",
    outcome: {
      result: { success: success === true, message, data },
      ...(typeof reason === "string" && { deadLetterReason: reason }),
    },
  };
}
