/** What a test of a driver reports. @module */

import type { Labels, LogLevel } from "../logger/record.ts";
import type { RunEnd } from "../manager/events.ts";
import type { DriverResult } from "../protocol/result.ts";

/** A line of the run's log. */
export interface TestLine {
  /** Its level. */
  readonly level: LogLevel;
  /** Its text, with secrets masked. */
  readonly message: string;
  /** Its labels. */
  readonly labels: Labels;
}

/** An event that the driver has emitted. */
export interface TestEvent {
  /** Its name. */
  readonly name: string;
  /** Its data, as it is on the wire. */
  readonly data: unknown;
}

/** How the message of a delivery was settled: `nak` is redelivered; `none`, when the lease was lost, too. */
export type Settlement = "ack" | "nak" | "term" | "none";

/** How one delivery of the event ended. */
export interface DeliveryReport {
  /** How the run ended; `filtered` when its event is not among those of the driver. */
  readonly outcome: RunEnd | "filtered";
  /** Why, where there is a reason: the error's message, or what was wrong with the spec. */
  readonly reason: string | undefined;
  /** Which attempt it was. */
  readonly attempt: number;
  /** How the message was settled. */
  readonly settled: Settlement;
  /** When it is tried again, in milliseconds after it was settled; `undefined` when it is not. */
  readonly retryInMs: number | undefined;
}

/** What a driver did with an event. */
export interface DriverReport extends DeliveryReport {
  /** The result that was published; `undefined` when none was. */
  readonly result: DriverResult | undefined;
  /** The lines of the run's log. */
  readonly lines: readonly TestLine[];
  /** The texts of the lines. */
  readonly messages: readonly string[];
  /** The events that were emitted. */
  readonly events: readonly TestEvent[];
  /** All deliveries so far, this one included. */
  readonly deliveries: readonly DeliveryReport[];
}
