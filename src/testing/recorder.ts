/** Records what a driver does in a test. @module */

import type { LogRecord, LogSink } from "../logger/record.ts";
import type { ManagerEvent } from "../manager/events.ts";
import type { DriverResult } from "../protocol/result.ts";
import type { BrokerObserver } from "./observed_broker.ts";
import type { VirtualTime, VirtualTimer } from "./virtual_time.ts";
import type { DeliveryReport, DriverReport, Settlement, TestEvent } from "./report.ts";

/** What a recorder needs. */
export interface RecorderParts {
  /** Attempts before the one that is tested, which are not reported. */
  readonly skippedAttempts: number;
  readonly time: VirtualTime;
  /** Called when a delivery has ended. */
  readonly onChange: () => void;
}

/** How a delivery ended, but for its settlement. */
type End = Pick<DeliveryReport, "outcome" | "reason" | "attempt">;

/** How long a settlement may take after the run has ended, in milliseconds: it is dropped while the broker is away. */
const SETTLE_MS = 10_000;

/** Records deliveries, lines, events and results. */
export class Recorder implements BrokerObserver {
  readonly #parts: RecorderParts;
  readonly #records: LogRecord[] = [];
  readonly #events: TestEvent[] = [];
  readonly #deliveries: DeliveryReport[] = [];
  #result: DriverResult | undefined;
  #running = 0;
  #settled: { readonly settled: Settlement; readonly delayMs: number } | undefined;
  /** Whether the driver was called by the delivery that is under way. */
  called = false;
  /** Whether the next acknowledgement is lost. */
  loseAck = false;

  #skipped: number;
  /** A run that has ended, and whose message is not settled yet. */
  #unsettled: { readonly end: End; readonly timer: VirtualTimer } | undefined;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    this.#skipped = parts.skippedAttempts;
  }

  /** Stores the lines of the run. */
  readonly sink: LogSink = (record) => void this.#records.push(record);

  /** How many deliveries have ended. */
  get count(): number {
    return this.#deliveries.length;
  }

  /** Arrow functions: they are called without `this`. */
  readonly onSettled = (settled: Settlement, delayMs: number): void => {
    this.#settled = { settled, delayMs };
    if (this.#unsettled) this.#end(this.#unsettled.end);
    else this.#parts.onChange();
  };

  readonly losesAck = (): boolean => {
    const lost = this.loseAck;
    this.loseAck = false;
    return lost;
  };

  readonly onResult = (result: DriverResult): void => {
    this.#result = result;
  };

  readonly onEvent = (event: TestEvent): void => {
    this.#events.push(event);
  };

  readonly onManagerEvent = (event: ManagerEvent): void => {
    if (event.type === "run-started") this.#running++;
    if (event.type !== "run-ended") return;
    this.#running = Math.max(0, this.#running - 1);
    const { outcome, reason, run } = event;
    const end = { outcome, reason, attempt: run.attempt };
    if (this.#settled || outcome === "lease-lost") return this.#end(end);
    const timer = this.#parts.time.after(SETTLE_MS, () => this.#end(end));
    this.#unsettled = { end, timer };
  };

  /** Ends a delivery that did not become a run: one whose event is filtered. */
  endWithoutRun(): void {
    if (this.#settled && this.#running === 0 && !this.#unsettled) {
      this.#end({ outcome: "filtered", reason: undefined, attempt: 0 });
    }
  }

  /** Returns what was recorded up to a delivery, from 0. */
  report(index: number): DriverReport {
    const lines = this.#records.map(({ level, message, labels }) => ({ level, message, labels }));
    return {
      ...this.#deliveries[index]!,
      result: this.#result,
      lines,
      messages: lines.map(({ message }) => message),
      events: [...this.#events],
      deliveries: this.#deliveries.slice(0, index + 1),
    };
  }

  #end(run: End): void {
    this.#unsettled?.timer.cancel();
    this.#unsettled = undefined;
    const { settled, delayMs } = this.#settled ?? { settled: "none", delayMs: 0 };
    this.#settled = undefined;
    this.called = false;
    if (run.outcome === "retried" && this.#skipped > 0) {
      this.#skipped--;
      this.#records.length = 0;
      return;
    }
    this.#deliveries.push({
      ...run,
      settled,
      retryInMs: settled === "nak" ? delayMs : undefined,
    });
    this.#parts.onChange();
  }
}
