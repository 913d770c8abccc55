/** The interface of a test of a driver. @module */

import type { DriverReport } from "./report.ts";

/** A driver under test. Its event is sent when it is created. Dispose of it at the end. */
export interface DriverTest extends AsyncDisposable {
  /** Resolves when the driver is called, or its delivery has ended without a call. */
  called(): Promise<void>;
  /** Resolves when the next delivery has ended: call it again for the redelivery. */
  settled(): Promise<DriverReport>;
  /** Resolves when the run has ended for good, after all of its attempts. */
  completed(): Promise<DriverReport>;
  /** Lets an amount of time pass: leases are renewed, and time-outs and delays end. */
  advance(ms: number): Promise<void>;
  /** Lets the time-out of the attempt pass: its `signal` aborts with a `TimeoutError`. */
  timeOut(): Promise<void>;
  /** Lets the lease run out: `signal` aborts with the code `lease-lost`, and the event is redelivered. */
  loseLease(): Promise<void>;
  /** Begins a graceful stop: `shuttingDown` aborts, and `signal` after the shutdown grace period (`advance`). */
  shutDown(): Promise<void>;
  /** Starts another manager after `shutDown`, as the next process would be. */
  restart(): Promise<void>;
  /** Disconnects the broker. */
  disconnect(): void;
  /** Reconnects the broker. */
  reconnect(): void;
  /**
   * Loses the next acknowledgement, as when the process dies after it has stored the result: the event is redelivered when the ack
   * wait has passed.
   */
  loseAck(): void;
}
