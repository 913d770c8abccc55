/** Tells drivers of runs. @module */

import { encodeDriverMessage } from "../../protocol/driver_message.ts";
import { resourceSubject, stepSubject } from "../../protocol/subjects.ts";
import type { PublishOptions } from "../../transport/transport.ts";
import { messageId } from "../store/ids.ts";
import type { SeenResource } from "../store/resource_store.ts";

/** A run on its way to a driver. */
export interface RunEvent {
  /** `create` for a new resource, `process` for a later step. */
  readonly event: string;
  readonly runId: string;
  readonly resource: SeenResource;
  /** The driver of a pipeline's step; without one, every driver of the resource's type gets the run. */
  readonly driver?: string;
  /** Makes a repeat harmless. */
  readonly dedupId?: string;
}

/** As much of a connection as it takes. */
export interface ConfirmedPublisher {
  publishConfirmed(subject: string, data: Uint8Array, options?: PublishOptions): Promise<unknown>;
}

/** Publishes a run, and resolves when JetStream has it. */
export async function publishRun(connection: ConfirmedPublisher, run: RunEvent): Promise<void> {
  const { event, runId, resource, driver, dedupId } = run;
  const subject = driver === undefined
    ? resourceSubject(resource.resource)
    : stepSubject(driver, resource.resource);
  const payload = JSON.stringify(resource);
  const data = encodeDriverMessage({ event, id: messageId(), runId, payload });
  await connection.publishConfirmed(subject, data, dedupId ? { messageId: dedupId } : {});
}
