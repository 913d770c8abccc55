/** Records of outcomes, as the journal's bucket holds them. @module */

import { encodeBriefly } from "../../encoding/byte_slab.ts";
import { decodeObject, isObject } from "../../encoding/json.ts";
import type { DriverResult } from "../../protocol/result.ts";

/** An outcome to record. */
export interface RecordableOutcome {
  readonly result: DriverResult;
  /** Why the run is a dead letter, if it is one. */
  readonly deadLetterReason?: string | undefined;
}

/** The numbers under which a process says later that what it has recorded is stored. */
export interface RecordNumbers {
  readonly instance: string;
  readonly result: number;
  /** The dead letter's, if the run is one. */
  readonly deadLetter?: number | undefined;
}

/**
 * The record of an outcome. It says that the result was sent, right ahead of the record; whether it is stored, the numbers say.
 * Earlier releases wrote none: their records say that the result is stored, unless they are `unconfirmed`.
 */
export interface OutcomeRecord {
  readonly outcome: RecordableOutcome;
  readonly numbers?: RecordNumbers | undefined;
  /** Its process has waited for the result's confirmation in vain. */
  readonly unconfirmed: boolean | undefined;
}

/** Bytes reserved for the headers of a message. */
const OVERHEAD = 128;

/** Encodes a record. The reason of a dead letter is cut where the whole would take more than `maxBytes`. */
export function encodeOutcomeRecord(
  { outcome: { result, deadLetterReason }, numbers, unconfirmed }: OutcomeRecord,
  maxBytes: number,
): Uint8Array {
  const by = numbers && [numbers.instance, numbers.result];
  if (by && numbers?.deadLetter !== undefined) by.push(numbers.deadLetter);
  const encode = (giveUp: string | undefined) =>
    encodeBriefly(
      JSON.stringify({ result, giveUp, unconfirmed, by }),
    );
  const record = encode(deadLetterReason);
  if (deadLetterReason === undefined || record.length + OVERHEAD <= maxBytes) return record;
  // JSON takes at most six bytes for a character.
  const room = Math.floor((maxBytes - OVERHEAD - encode("…").length) / 6);
  return room > 0 ? encode(`${deadLetterReason.slice(0, room)}…`) : record;
}

/** Decodes a record; `undefined` when it is none. */
export function decodeOutcomeRecord(bytes: Uint8Array): OutcomeRecord | undefined {
  const { result, giveUp, by, unconfirmed } = decodeObject(bytes);
  if (!isObject(result)) return undefined;
  const { success, message, data } = result;
  return {
    outcome: {
      result: { success: success === true, message: String(message ?? ""), data },
      deadLetterReason: typeof giveUp === "string" ? giveUp : undefined,
    },
    numbers: decodeBy(by),
    unconfirmed: unconfirmed === true,
  };
}

function decodeBy(by: unknown): RecordNumbers | undefined {
  if (!Array.isArray(by)) return undefined;
  const [instance, result, deadLetter] = by as unknown[];
  if (typeof instance !== "string" || typeof result !== "number") return undefined;
  return { instance, result, deadLetter: typeof deadLetter === "number" ? deadLetter : undefined };
}
