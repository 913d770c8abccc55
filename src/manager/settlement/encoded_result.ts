/** Encodes a result: masked, and small enough for the server. @module */

import { messageOf } from "../../errors.ts";
import { isDeletedBy } from "../../protocol/resources/deletion_result.ts";
import { readRunMetadata } from "../../protocol/run_metadata.ts";
import { type DriverResult, encodeResultEvent } from "../../protocol/result.ts";
import type { ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";
import { warnOfNextStep } from "./next_step.ts";
import { shorten } from "./shorten.ts";

/** An outcome with its encoded result. */
export interface EncodedResult {
  readonly outcome: ResultOutcome;
  /**
   * The bytes to publish. `undefined` on v1, which has no results, and when the resource alone fills a message, so that no result
   * of it fits.
   */
  readonly bytes: Uint8Array | undefined;
}

/** Bytes reserved for the headers and subjects of a message. */
const OVERHEAD = 1024;
/** The longest message, in characters: a whole build log belongs into the run's log. */
const LONGEST_MESSAGE = 64 * 1024;
/** The longest message beside a resource that leaves little room, in characters. */
const SHORT_MESSAGE = 1024;

/** Encodes the result of an outcome. A failed one replaces it when it cannot be encoded or is too large. Never throws. */
export function encodeResult(run: Run, outcome: ResultOutcome): EncodedResult {
  // JSON takes at most six bytes for a character, so that a message takes less than half of what the server accepts.
  const limit = Math.min(LONGEST_MESSAGE, Math.floor(run.session.connection.maxPayload / 16));
  if (run.session.protocol === "v1") {
    return { outcome: withShortTexts(run, outcome, outcome.result, limit), bytes: undefined };
  }
  let cause: string;
  try {
    const { result } = outcome;
    const isEmpty = result.message === "" && result.data === null;
    const masked = isEmpty ? result : run.masked(result);
    // Masking replaces a circular reference by a text, which would hide that JSON cannot hold the data.
    if (masked.data !== outcome.result.data) JSON.stringify(outcome.result.data);
    if (isRefused(run, masked)) return encodeFailure(run, refusal(run));
    const encoded = encodeShortened(run, outcome, masked, limit);
    warnOfNextStep(run, encoded.outcome.result, encoded.bytes);
    if (fits(run, encoded.bytes)) return encoded;
    const shorter = encodeShortened(run, outcome, masked, Math.min(SHORT_MESSAGE, limit));
    if (fits(run, shorter.bytes)) return shorter;
    cause = `with its resource it takes ${encoded.bytes.length + OVERHEAD} bytes, and the server ` +
      `accepts ${run.session.connection.maxPayload}; put large data elsewhere and return its location`;
  } catch (error) {
    cause = `JSON cannot hold its data: ${run.masked(messageOf(error))}`;
  }
  return encodeFailure(run, `cannot send the result of ${run.driver.name}: ${cause}`);
}

/** Whether the engine would count a success as a failed deletion, without a word. */
function isRefused({ message: { runId, resource } }: Run, result: DriverResult): boolean {
  return result.success && readRunMetadata(resource).deletionRunId === runId &&
    !isDeletedBy({ ...result, data: JSON.parse(JSON.stringify(result.data ?? null) ?? "null") });
}

function refusal({ driver, resourceKey }: Run): string {
  return `cannot delete ${resourceKey}: the data that ${driver.name} returned for the event "delete" is neither nothing nor an ` +
    "object whose success is true or absent, which the server counts as failed; return such data, or none";
}

function encodeShortened(run: Run, outcome: ResultOutcome, masked: DriverResult, limit: number) {
  const shortened = withShortTexts(run, outcome, masked, limit);
  return { outcome: shortened, bytes: encode(run, shortened.result) };
}

/** An outcome with a masked result whose texts are cut, after they were masked: half a secret would not be recognised. */
function withShortTexts(
  run: Run,
  { deadLetterReason }: ResultOutcome,
  masked: DriverResult,
  limit: number,
): ResultOutcome {
  const message = shorten(masked.message, limit);
  const result = message === masked.message ? masked : { ...masked, message };
  if (deadLetterReason === undefined) return { kind: "result", result };
  const reason = run.masked(deadLetterReason);
  // A reason mostly is its message and a few words: then the record of both keeps the message once.
  const short = reason.startsWith(masked.message)
    ? message + shorten(reason.slice(masked.message.length), SHORT_MESSAGE)
    : shorten(reason, limit);
  return { kind: "result", result, deadLetterReason: short };
}

function encodeFailure(run: Run, message: string): EncodedResult {
  const result: DriverResult = { success: false, message, data: null };
  const outcome: ResultOutcome = { kind: "result", result, deadLetterReason: message };
  const bytes = encode(run, result);
  return { outcome, bytes: fits(run, bytes) ? bytes : undefined };
}

function encode(run: Run, result: DriverResult): Uint8Array {
  const { message: { event, runId, payload }, driver } = run;
  return encodeResultEvent({ event, runId, driver: driver.name, payload }, result);
}

function fits(run: Run, bytes: Uint8Array): boolean {
  return bytes.length + OVERHEAD <= run.session.connection.maxPayload;
}
