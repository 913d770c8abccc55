/** One delivery of one run, from its arrival to its settlement. @module */

import { type DerivedSignal, derivedSignal } from "../../async/derived_signal.ts";
import type { Driver } from "../../driver.ts";
import { createManagedLogger } from "../../logger/create_logger.ts";
import type { ManagedLogger } from "../../logger/logger.ts";
import { createMasker, type Masker } from "../../logger/masking/masker.ts";
import type { DriverMessage } from "../../protocol/driver_message.ts";
import { resultMessageId } from "../../protocol/result.ts";
import type { Delivery } from "../../transport/transport.ts";
import type { DeliveryTrace } from "../../telemetry/telemetry.ts";
import type { RunRef } from "../events.ts";
import type { Lease } from "./lease.ts";
import { lateLineWarning } from "./late_line.ts";
import type { Session } from "../session/session.ts";

/** How long a run waits for sinks that store nothing, in milliseconds; and while its manager stops. */
const STALL_MS = 5000;
const STOPPING_STALL_MS = 1000;

/** Why a run's signal aborted. */
export type AbortCause = "timeout" | "lease-lost" | "shutdown" | "superseded";

/** One delivery of one run. Its logger, masker and signal are created on first use. */
export class Run {
  readonly session: Session;
  readonly driver: Driver;
  readonly delivery: Delivery;
  readonly message: DriverMessage;
  readonly resourceKey: string;
  readonly resultId: string;
  /** Identifies its outcome. */
  readonly key: {
    readonly driver: string;
    readonly runId: string;
    readonly messageId: string;
    readonly resultId: string;
  };
  /** Which attempt this is or would be, from 1. Set when those of earlier deliveries are known. */
  attempt = 1;
  /** Whether an attempt has begun. */
  begun = false;
  /** Whether an earlier attempt has begun and not ended: its process went silent. */
  takenOver = false;
  /** When it arrived, on the monotonic clock, in milliseconds. */
  readonly arrivedAt: number = performance.now();
  /** The right to settle it, from its admission to its settlement. */
  lease: Lease | undefined;
  /** Whether another delivery may have reached its outcome: an earlier one, or one that a restarted broker has made meanwhile. */
  mayBeRepeat: boolean;
  /** Why its signal aborted; `undefined` while it did not. */
  abortCause: AbortCause | undefined;
  /** Its trace; set when it begins, if traces are recorded. */
  trace: DeliveryTrace | undefined;
  /** Called once, right after its signal aborted. */
  onAbort: ((cause: AbortCause) => void) | undefined;

  #controller: AbortController | undefined;
  #abortReason: unknown;
  #logger: ManagedLogger | undefined;
  #ref: RunRef | undefined;
  #masker: Masker | undefined;

  #shuttingDown: DerivedSignal | undefined;
  #detached = false;

  constructor(
    session: Session,
    driver: Driver,
    delivery: Delivery,
    message: DriverMessage,
    mayBeRepeat: boolean,
  ) {
    this.session = session;
    this.driver = driver;
    this.delivery = delivery;
    this.message = message;
    this.resourceKey = `${message.resource.resource}/${message.resource.name}`;
    this.mayBeRepeat = mayBeRepeat;
    const { runId, id: messageId } = message;
    this.resultId = resultMessageId({ driver: driver.name, runId, messageId });
    this.key = { driver: driver.name, runId, messageId, resultId: this.resultId };
  }

  /** Identifies it in events. */
  get ref(): RunRef {
    const { key: { driver, runId, messageId }, resourceKey: resource, attempt } = this;
    if (this.#ref?.attempt === attempt) return this.#ref;
    return this.#ref = { driver, runId, messageId, resource, attempt }; // Spreading an object costs a run one per cent.
  }

  /** Whether its consumer is deleted: its message may be deleted too, or be delivered again by a new consumer. */
  get detached(): boolean {
    return this.#detached;
  }

  /** Its consumer is deleted: it goes on without a lease. */
  detach(): void {
    this.#detached = true;
    this.lease?.detach();
  }

  /**
   * Has its message redelivered. Not when another process may have it: its lease has run out, or its consumer was deleted and
   * recreated.
   */
  redeliver(delayMs?: number): void {
    // Released first: it may be delivered again at once.
    if (this.release() && !this.#detached) this.delivery.nak(delayMs);
  }

  /** Gives up its lease, which is not renewed any more. Returns whether it was held. */
  release(): boolean {
    const isHeld = this.lease?.held === true;
    this.lease?.release();
    this.lease = undefined;
    return isHeld;
  }

  /** Whether its reconcile is running and may go on. */
  get attempting(): boolean {
    return this.onAbort !== undefined && this.abortCause === undefined;
  }

  /** Aborts on time-out, lost lease and forced shutdown, and when it is superseded. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.abortCause) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Aborts when a graceful shutdown starts. One of its own: a driver may leave any number of listeners on it. */
  get shuttingDown(): AbortSignal {
    return (this.#shuttingDown ??= derivedSignal(this.session.shuttingDown)).signal;
  }

  /** Whether it knows that the manager stops: it has listened, and a shutdown has started. */
  get knowsOfShutdown(): boolean {
    return this.#shuttingDown?.signal.aborted === true;
  }

  /** Has settled: follows the manager no longer. */
  end(): void {
    this.#shuttingDown?.release();
  }

  /** Aborts its signal. Only the first cause counts. */
  abort(cause: AbortCause, reason: unknown): void {
    if (this.abortCause) return;
    this.abortCause = cause;
    this.#abortReason = reason;
    this.session.inContext(() => this.#controller?.abort(reason)); // Its listeners are the user's.
    this.onAbort?.(cause);
  }

  /** Masks secrets in everything that leaves the run. */
  get masker(): Masker {
    return this.#masker ??= createMasker({ parent: this.session.masker });
  }

  /** Writes to the run's log. */
  get logger(): ManagedLogger {
    // Its sinks may be the user's, and run in the context in which it is created.
    return this.#logger ??= this.session.inContext(() => this.#createLogger());
  }

  #createLogger(): ManagedLogger {
    const { key: { driver, runId, messageId }, message, session } = this;
    return createManagedLogger({
      driver,
      runId,
      messageId,
      pipeline: message.resource.pipeline ?? "",
      event: message.event,
      sinks: session.sinks,
      totals: session.sinkTotals,
      masker: this.masker,
      trace: this.trace?.ids,
      stallMs: () => session.shuttingDown.aborted ? STOPPING_STALL_MS : STALL_MS,
      onLateLine: () => session.emit(lateLineWarning(this.ref)),
    });
  }

  /** Resolves when its log lines are stored or dropped; `undefined` when there are none to wait for. */
  flushLogs(): Promise<void> | undefined {
    const flush = this.#logger?.flush();
    return flush && this.trace ? this.trace.flush(flush) : flush;
  }

  /** Closes its log; `undefined` when it has none. */
  closeLogs(): Promise<void> | undefined {
    return this.#logger?.close();
  }

  /** Publishes to JetStream, as a part of its trace, and waits for the acknowledgement. With a lease, only while that is held. */
  publish(
    subject: string,
    data: Uint8Array,
    messageId: string,
    lease?: { readonly held: boolean },
  ): Promise<unknown> {
    const { connection } = this.session;
    if (!this.trace) return connection.publishConfirmed(subject, data, { messageId, lease });
    return this.trace.publish(
      subject,
      (headers) => connection.publishConfirmed(subject, data, { messageId, headers, lease }),
    );
  }

  /** Masks secrets in a value that leaves the run. */
  masked<T>(value: T): T {
    return (this.#masker ?? this.session.masker).maskValue(value);
  }
}
