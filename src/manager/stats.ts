/** Statistics of a manager. @module */

import type { SinkStats } from "../logger/sink_stats.ts";
import type { RunEnd } from "./events.ts";

/** Counters and gauges of one driver in this process. */
export interface DriverStats {
  /** Messages delivered, redeliveries included. Each ends in exactly one of the counters below. */
  received: number;
  /** Runs whose result `success: true` is stored. */
  succeeded: number;
  /** Runs that returned `success: false`, and whose result is stored. */
  failed: number;
  /** Attempts that threw and will be tried again, time-outs included. */
  retried: number;
  /** Runs that will not be tried again: out of attempts, not retryable, or with an invalid spec. */
  deadLettered: number;
  /** Messages whose event is not in the driver's `events`. */
  filtered: number;
  /** Messages that could not be decoded. */
  poisoned: number;
  /** Attempts whose lease was lost; another delivery decides. */
  leaseLost: number;
  /** Runs whose result could not be stored yet. */
  unconfirmed: number;
  /**
   * Messages redelivered (nak) unstarted or unfinished: during a shutdown, because this instance does not list their resource
   * type, or because they were read ahead of a run that turned out long.
   */
  handedBack: number;
  /** Deliveries of a run whose result was stored already. */
  alreadyDone: number;
  /** Events that were dropped because they are no longer wanted: their resource is gone, or another run has taken their place. */
  superseded: number;

  /** Attempts that ran past their time-out; each is also counted by how it ended. */
  timedOut: number;
  /** Results stored from the outcome of an earlier delivery. */
  republished: number;
  /** Events published with `emit()` and confirmed. */
  emitted: number;
  /** Renewals of leases that the broker has confirmed. */
  leaseRenewals: number;
  /** Times the consumer was bound. */
  bound: number;

  /** Running reconciles, and runs that wait for the lock of their resource. */
  running: number;
  /** Messages that wait for a slot or for another event of their resource. */
  waiting: number;
  /** Runs whose logs and result are being stored. */
  settling: number;
  /** Reconciles that ignored their signal and still run; their outcome is discarded. */
  abandoned: number;
}

/** A snapshot of a manager's statistics. */
export interface ManagerStats {
  /** The manager's state. */
  readonly state: string;
  /** The server it is connected to, without user name and password; empty when not connected. */
  readonly server: string;
  /** The protocol generation; `undefined` until it is known. */
  readonly protocol: "v1" | "v2" | undefined;
  /** Log line counters by sink name. */
  readonly sinks: Readonly<Record<string, Readonly<SinkStats>>>;
  /** Driver statistics by driver name. */
  readonly drivers: Readonly<Record<string, Readonly<DriverStats>>>;
}

/** The counter of each run end. */
export const END_COUNTERS: Readonly<Record<RunEnd, keyof DriverStats>> = {
  "succeeded": "succeeded",
  "failed": "failed",
  "retried": "retried",
  "dead-lettered": "deadLettered",
  "lease-lost": "leaseLost",
  "unconfirmed": "unconfirmed",
  "handed-back": "handedBack",
  "already-done": "alreadyDone",
  "superseded": "superseded",
};

/** Creates statistics with all counters at zero. */
export function newDriverStats(): DriverStats {
  return {
    received: 0,
    succeeded: 0,
    failed: 0,
    retried: 0,
    deadLettered: 0,
    filtered: 0,
    poisoned: 0,
    leaseLost: 0,
    unconfirmed: 0,
    handedBack: 0,
    alreadyDone: 0,
    superseded: 0,
    timedOut: 0,
    republished: 0,
    emitted: 0,
    leaseRenewals: 0,
    bound: 0,
    running: 0,
    waiting: 0,
    settling: 0,
    abandoned: 0,
  };
}
