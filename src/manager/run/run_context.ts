/** Creates the context of a reconcile. @module */

import type { Client } from "../../client/client.ts";
import type { Logger } from "../../logger/logger.ts";
import { encodeDriverEvent } from "../../protocol/driver_event.ts";
import { type DriverResult, readResults } from "../../protocol/result.ts";
import { readRunMetadata } from "../../protocol/run_metadata.ts";
import type { Resource } from "../../protocol/resources/resource.ts";
import { eventSubject } from "../../protocol/subjects.ts";
import type { ReconcileContext } from "../../reconcile.ts";
import type { TraceSpan } from "../../telemetry/telemetry.ts";
import type { Run } from "./run.ts";

/** The context of one attempt. Costly fields are created on first use. */
export class RunContext implements ReconcileContext {
  readonly payload: string;
  readonly event: string;
  readonly driverName: string;
  readonly resource: Resource;
  readonly runId: string;
  readonly messageId: string;
  readonly attempt: number;
  /** An own property, so that it can be taken by destructuring. */
  readonly emit: (name: string, data?: unknown) => Promise<void>;
  readonly #run: Run;
  #results: Record<string, DriverResult> | undefined;

  constructor(run: Run, resource: Resource, onEmitted: () => void) {
    const { message, driver } = run;
    this.#run = run;
    this.payload = message.payload;
    this.event = message.event;
    this.driverName = driver.name;
    this.resource = resource;
    this.runId = message.runId;
    this.messageId = message.id;
    this.attempt = run.attempt;
    let emitted = 0;
    this.emit = async (name, data) => {
      await emitEvent(run, name, data, ++emitted);
      onEmitted();
    };
  }

  get logger(): Logger {
    return this.#run.logger;
  }
  get span(): TraceSpan | undefined {
    return this.#run.trace?.span;
  }
  get signal(): AbortSignal {
    return this.#run.signal;
  }
  get shuttingDown(): AbortSignal {
    return this.#run.shuttingDown;
  }
  get client(): Client {
    return this.#run.session.client;
  }
  get results(): Readonly<Record<string, DriverResult>> {
    return this.#results ??= isOfAnotherRun(this) ? {} : readResults(this.resource);
  }
}

/**
 * Whether the results in a resource's metadata are those of an earlier run. The server says whose they are, or resets nothing: then
 * later steps have the event `process`, so that any other is the first step.
 */
function isOfAnotherRun({ resource, event, runId }: RunContext): boolean {
  const { runId: current } = readRunMetadata(resource);
  return current === undefined ? event === "update" || event === "delete" : current !== runId;
}

async function emitEvent(run: Run, name: string, data: unknown, count: number): Promise<void> {
  const { driver, message, resultId, attempt, delivery } = run;
  const bytes = encodeDriverEvent({
    event: name,
    driver: driver.name,
    runId: message.runId,
    messageId: message.id,
    resource: message.rawResource,
    data: run.masked(data),
  });
  const messageId = `${resultId}:${attempt}.${delivery.deliveryCount}:${count}`;
  await run.publish(eventSubject(driver.name, name), bytes, messageId);
}
