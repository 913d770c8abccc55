/** Custom events that drivers publish on `events.{driver}.{name}`. @module */

import { ConfigError } from "../errors.ts";
import { encodeJson, isObject } from "../encoding/json.ts";
import { toJsonValue } from "../encoding/json_value.ts";
import { MalformedMessageError } from "./malformed.ts";
import { checkDriverName } from "./names.ts";

/** A custom event of a driver. */
export interface DriverEvent {
  /** The event's name: the last token of its subject. */
  event: string;
  /** The driver that published it. */
  driver: string;
  /** The run in which it was published. */
  runId: string;
  /** The id of the message that started the run. */
  messageId: string;
  /** The resource of the run, as it was on the wire. */
  resource: unknown;
  /** The event's data. */
  data: unknown;
}

/**
 * Encodes a custom event: `{ event, driver, run_id, id, resource, data }`.
 *
 * @throws {ConfigError} the name cannot be a subject token, or JSON cannot hold `data`.
 */
export function encodeDriverEvent(event: DriverEvent): Uint8Array {
  checkDriverName(event.event, "event");
  const { runId, messageId, data, ...rest } = event;
  try {
    return encodeJson({ ...rest, run_id: runId, id: messageId, data: toJsonValue(data ?? null) });
  } catch (cause) {
    throw new ConfigError(
      "data",
      `cannot publish the event ${event.event} of ${event.driver}: JSON cannot hold its data`,
      { cause },
    );
  }
}

/**
 * Reads a custom event from its wire form.
 *
 * @throws {MalformedMessageError} it is not an object, or lacks a field.
 */
export function readDriverEvent(value: unknown): DriverEvent {
  if (!isObject(value)) throw new MalformedMessageError("the event is not a JSON object");
  const { event, driver, run_id: runId, id: messageId, resource, data } = value;
  if (
    typeof event !== "string" || typeof driver !== "string" || typeof runId !== "string" ||
    typeof messageId !== "string"
  ) {
    throw new MalformedMessageError(`the event lacks "event", "driver", "run_id" or "id"`);
  }
  return { event, driver, runId, messageId, resource, data };
}
