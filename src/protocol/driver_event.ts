/** Events that a driver publishes itself, on `events.{driver}.{name}`. @module */

import { ConfigError } from "../errors.ts";
import { encodeJson, isObject } from "./json.ts";
import { MalformedMessageError } from "./malformed.ts";
import { checkDriverName } from "./names.ts";

/** An event of a driver's own, as another program receives it. */
export interface DriverEvent {
  /** The event's name: the last token of its subject. */
  event: string;
  /** The driver that published it. */
  driver: string;
  /** The run in which it was published. */
  runId: string;
  /** The id of the message that started the run. */
  messageId: string;
  /** The resource that the run is about, as it came. */
  resource: unknown;
  /** What the driver has to say. */
  data: unknown;
}

/**
 * Encodes an event of a driver's own: `{ event, driver, run_id, id, resource, data }`.
 *
 * @throws {ConfigError} when the name cannot be a subject token, or JSON cannot hold `data`.
 */
export function encodeDriverEvent(event: DriverEvent): Uint8Array {
  checkDriverName(event.event, "event");
  const { runId, messageId, data, ...rest } = event;
  try {
    return encodeJson({ ...rest, run_id: runId, id: messageId, data: data ?? null });
  } catch (cause) {
    throw new ConfigError(
      "data",
      `cannot publish the event ${event.event} of ${event.driver}: JSON cannot hold its data`,
      { cause },
    );
  }
}

/**
 * Decodes an event that {@linkcode encodeDriverEvent} encoded, from parsed JSON.
 *
 * @throws {MalformedMessageError} when it is not such an event.
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
