/** The DriverMessage: an event that starts a run. @module */

import { decodeText, encodeJson, isObject, type JsonObject } from "./json.ts";
import { MalformedMessageError } from "./malformed.ts";
import { isSafeId, MAX_ID_LENGTH } from "./names.ts";
import { readResource, type Resource } from "./resource.ts";

/** An event that starts a run of a driver. */
export interface DriverMessage {
  /** `create`, `update`, `process`, or the event that started the pipeline. */
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
  const message = parse(bytes);
  const rawPayload = message["payload"];
  const payload = typeof rawPayload === "string"
    ? rawPayload
    : isObject(rawPayload)
    ? objectText(rawPayload)
    : undefined;
  if (payload === undefined) throw new MalformedMessageError(`the message has no "payload"`);
  const rawResource = typeof rawPayload === "string" ? parsePayload(rawPayload) : rawPayload;
  return {
    event: textField(message, "event"),
    payload,
    resource: readResource(rawResource),
    rawResource,
    id: idField(message, "id"),
    runId: idField(message, "run_id"),
  };
}

function parse(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes));
  } catch (cause) {
    throw new MalformedMessageError("the message is not JSON", { cause });
  }
  if (isObject(value)) return value;
  throw new MalformedMessageError("the message is not a JSON object");
}

function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedMessageError(`the message's "payload" is not JSON text`, { cause });
  }
}

/** Some engines parse JSON that is nested too deep for their own `JSON.stringify`. */
function objectText(payload: JsonObject): string {
  try {
    return JSON.stringify(payload);
  } catch (cause) {
    throw new MalformedMessageError(`the message's "payload" is nested too deep`, { cause });
  }
}

function idField(message: JsonObject, field: string): string {
  const id = textField(message, field);
  if (isSafeId(id)) return id;
  throw new MalformedMessageError(
    `the message's "${field}" is an invalid id: it must be a subject token of at most ${MAX_ID_LENGTH} characters`,
  );
}

function textField(message: JsonObject, field: string): string {
  const value = message[field];
  if (typeof value === "string" && value !== "") return value;
  throw new MalformedMessageError(`the message has no "${field}"`);
}

/** Encodes a DriverMessage as the server does: the resource as JSON text in `payload`. */
export function encodeDriverMessage(
  message: { event: string; id: string; runId: string; payload: string },
): Uint8Array {
  const { event, payload, id, runId } = message;
  return encodeJson({ event, payload, id, run_id: runId });
}
