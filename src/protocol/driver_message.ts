/** The DriverMessage: an event that starts a run. @module */

import { decodeText, encodeJson, isObject, type JsonObject } from "../encoding/json.ts";
import { MalformedMessageError } from "./malformed.ts";
import { isSafeId, MAX_ID_LENGTH } from "./names.ts";
import { objectOf, requiredText } from "./read.ts";
import { readResource, type Resource } from "./resources/resource.ts";

const WHAT = "the message";

/** An event that starts a run of a driver. */
export interface DriverMessage {
  /** `create`, `update` or `delete`; `process` in later steps on servers up to release 0.6. */
  event: string;
  /** The resource as JSON text, as it was on the wire. */
  payload: string;
  /** The resource of the payload. */
  resource: Resource;
  /** The parsed payload with all its fields, also unknown ones: results are published with it. */
  rawResource: unknown;
  /** The message's id; 24 hexadecimal digits. */
  id: string;
  /** The run's id; a UUID. */
  runId: string;
}

/**
 * Decodes a DriverMessage: `{ event, payload, id, run_id }`. The payload is JSON text, as every server sends it, or an
 * object, as the protocol's design document has it.
 *
 * @throws {MalformedMessageError} the bytes are not UTF-8 JSON, or a field is missing or of the wrong type.
 */
export function decodeDriverMessage(bytes: Uint8Array): DriverMessage {
  const message = objectOf(
    unlessMalformed(" is not JSON", () => JSON.parse(decodeText(bytes))),
    WHAT,
  );
  const given = message["payload"];
  // Some engines parse JSON that is nested too deep for their own `JSON.stringify`.
  const payload = isObject(given)
    ? unlessMalformed(`'s "payload" is nested too deep`, () => JSON.stringify(given))
    : given;
  if (typeof payload !== "string") throw new MalformedMessageError(`${WHAT} has no "payload"`);
  const rawResource = isObject(given)
    ? given
    : unlessMalformed(`'s "payload" is not JSON text`, () => JSON.parse(payload));
  return {
    event: requiredText(message, "event", WHAT),
    payload,
    resource: strictResource(rawResource),
    rawResource,
    id: idField(message, "id"),
    runId: idField(message, "run_id"),
  };
}

/** Says what is wrong with the message when `work` throws. */
function unlessMalformed<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new MalformedMessageError(WHAT + what, { cause });
  }
}

function idField(message: JsonObject, field: string): string {
  const id = requiredText(message, field, WHAT);
  if (isSafeId(id)) return id;
  throw new MalformedMessageError(
    `${WHAT}'s "${field}" is an invalid id: it must be a subject token of at most ${MAX_ID_LENGTH} characters`,
  );
}

/** Encodes a DriverMessage as the server does: the resource as JSON text in `payload`. */
export function encodeDriverMessage(
  message: { event: string; id: string; runId: string; payload: string },
): Uint8Array {
  const { event, payload, id, runId } = message;
  return encodeJson({ event, payload, id, run_id: runId });
}

/** Reads a resource. What is no text in it is no resource of the engine's, to which results return it. */
function strictResource(value: unknown): Resource {
  const resource = readResource(value);
  for (const field of ["id", "pipeline"]) {
    if (typeof ((value as JsonObject)[field] ?? "") !== "string") {
      throw new MalformedMessageError(`the resource's "${field}" is not text`);
    }
  }
  return resource;
}
