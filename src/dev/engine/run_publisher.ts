/** Publishes runs to drivers. @module */

import { encodeDriverMessage } from "../../protocol/driver_message.ts";
import { encodeInitEvent } from "../../protocol/result_event.ts";
import { INIT_SUBJECT, resourceSubject, stepSubject } from "../../protocol/subjects.ts";
import type { PublishOptions } from "../../transport/transport.ts";
import { messageId } from "../store/ids.ts";
import type { SeenResource } from "../store/resource_store.ts";

/** A run to publish. */
export interface RunEvent {
  /** `create`, `update` or `delete`; in v2 `process` for a later step. */
  readonly event: string;
  readonly runId: string;
  readonly resource: SeenResource;
  /** The driver of a pipeline's step; without one, the run goes to every driver of the resource's type. */
  readonly driver?: string;
  /** The message id by which JetStream drops a second publish. */
  readonly dedupId?: string;
}

/** The part of a connection that publishes with an acknowledgement. */
export interface ConfirmedPublisher {
  publishConfirmed(subject: string, data: Uint8Array, options?: PublishOptions): Promise<unknown>;
}

/** Publishes a run, and resolves with JetStream's acknowledgement. */
export async function publishRun(connection: ConfirmedPublisher, run: RunEvent): Promise<void> {
  const { event, runId, resource, driver, dedupId } = run;
  const subject = driver === undefined
    ? resourceSubject(resource.resource)
    : stepSubject(driver, resource.resource);
  const payload = JSON.stringify(resource);
  const data = encodeDriverMessage({ event, id: messageId(), runId, payload });
  await connection.publishConfirmed(subject, data, dedupId ? { messageId: dedupId } : {});
}

/** Asks the engine to start the run of a pipeline (v3), and resolves with JetStream's acknowledgement. */
export async function publishRunStart(
  connection: ConfirmedPublisher,
  run: Pick<RunEvent, "event" | "runId" | "resource">,
): Promise<void> {
  await connection.publishConfirmed(INIT_SUBJECT, encodeInitEvent(run));
}
