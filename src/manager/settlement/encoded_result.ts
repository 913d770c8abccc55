/** An outcome made ready to go out: masked, encoded, and small enough. @module */

import { messageOf } from "../../errors.ts";
import { type DriverResult, encodeResultEvent } from "../../protocol/result.ts";
import type { ResultOutcome } from "../run/outcome.ts";
import type { Run } from "../run/run.ts";

/** An outcome that is ready to be settled. */
export interface EncodedResult {
  readonly outcome: ResultOutcome;
  /**
   * What is to be stored. `undefined` where there is nothing to store: on v1, which has no results, and when a resource leaves no
   * room for any result of it.
   */
  readonly bytes: Uint8Array | undefined;
}

/** Room in a message for its headers and subjects. */
const OVERHEAD = 1024;

/** Makes an outcome ready. A failed one takes its place when it cannot go out as it is. Never throws. */
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
  let problem: string;
  try {
    const masked = run.masked(result);
    const bytes = encode(run, masked);
    if (fits(run, bytes)) return { outcome: { kind: "result", result: masked, ...reason }, bytes };
    problem =
      `with its resource it takes ${bytes.length + OVERHEAD} bytes, and the server accepts ` +
      `${run.session.connection.maxPayload}; put large data elsewhere and return where it is`;
  } catch (error) {
    problem = `JSON cannot hold its data (${messageOf(error)})`;
  }
  return encodeFailure(run, `the result of ${run.driver.name} cannot be sent: ${problem}`);
}

function encodeFailure(run: Run, message: string): EncodedResult {
  const result: DriverResult = { success: false, message, data: null };
  const outcome: ResultOutcome = { kind: "result", result, deadLetterReason: message };
  try {
    const bytes = encode(run, result);
    return { outcome, bytes: fits(run, bytes) ? bytes : undefined };
  } catch {
    return { outcome, bytes: undefined }; // The resource itself cannot go back: the dead letter tells why.
  }
}

function encode(run: Run, result: DriverResult): Uint8Array {
  const { message: { runId, rawResource }, driver } = run;
  return encodeResultEvent({ runId, driver: driver.name, resource: rawResource }, result);
}

function fits(run: Run, bytes: Uint8Array): boolean {
  return bytes.length + OVERHEAD <= run.session.connection.maxPayload;
}
