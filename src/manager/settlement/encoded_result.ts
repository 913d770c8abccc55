/** Encodes a result: masked, and small enough for the server. @module */

import { messageOf } from "../../errors.ts";
import { type DriverResult, encodeResultEvent } from "../../protocol/result.ts";
import type { ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";

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

/** Encodes the result of an outcome. A failed one replaces it when it cannot be encoded or is too large. Never throws. */
export function encodeResult(
  run: Run,
  { result, deadLetterReason }: ResultOutcome,
): EncodedResult {
  const reason = deadLetterReason === undefined
    ? {}
    : { deadLetterReason: run.masked(deadLetterReason) };
  if (run.session.protocol === "v1") {
    return { outcome: { kind: "result", result, ...reason }, bytes: undefined };
  }
  let cause: string;
  try {
    const masked = run.masked(result);
    const bytes = encode(run, masked);
    if (fits(run, bytes)) return { outcome: { kind: "result", result: masked, ...reason }, bytes };
    cause = `with its resource it takes ${bytes.length + OVERHEAD} bytes, and the server accepts ` +
      `${run.session.connection.maxPayload}; put large data elsewhere and return its location`;
  } catch (error) {
    cause = `JSON cannot hold its data: ${messageOf(error)}`;
  }
  return encodeFailure(run, `cannot send the result of ${run.driver.name}: ${cause}`);
}

function encodeFailure(run: Run, message: string): EncodedResult {
  const result: DriverResult = { success: false, message, data: null };
  const outcome: ResultOutcome = { kind: "result", result, deadLetterReason: message };
  try {
    const bytes = encode(run, result);
    return { outcome, bytes: fits(run, bytes) ? bytes : undefined };
  } catch {
    return { outcome, bytes: undefined }; // The resource itself cannot be encoded: the dead letter has the reason.
  }
}

function encode(run: Run, result: DriverResult): Uint8Array {
  const { message: { runId, rawResource }, driver } = run;
  return encodeResultEvent({ runId, driver: driver.name, resource: rawResource }, result);
}

function fits(run: Run, bytes: Uint8Array): boolean {
  return bytes.length + OVERHEAD <= run.session.connection.maxPayload;
}
