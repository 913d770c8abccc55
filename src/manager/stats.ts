/** What a manager counts. @module */

import type { SinkStats } from "../logger/sink_stats.ts";
import type { RunEnd } from "./events.ts";

/** What has happened to one driver's messages in this process, and what is going on right now. */
export interface DriverStats {
  /** Messages delivered, redeliveries included. Each ends in exactly one of the counters below. */
  received: number;
  /** Runs whose result `success: true` is stored. */
  succeeded: number;
  /** Runs whose result `success: false` is stored: the driver's own word. */
  failed: number;
  /** Attempts that threw and will be tried again, time-outs included. */
  retried: number;
  /** Runs given up: out of attempts, not retryable, or with a spec that does not validate. */
  deadLettered: number;
  /** Messages whose event the driver does not want. */
  filtered: number;
  /** Messages that could not be understood. */
  poisoned: number;
  /** Attempts whose lease was lost; another delivery decides. */
  leaseLost: number;
  /** Runs whose result could not be stored yet. */
  unconfirmed: number;
  /** Messages given back unstarted or unfinished, during a stop or because their resource type is not this instance's. */
  handedBack: number;
  /** Deliveries of a run that had its result already. */
  alreadyDone: number;

  /** Attempts that ran past their time-out; each is also counted by how it ended. */
  timedOut: number;
  /** Results stored from an outcome that an earlier delivery had come to. */
  republished: number;
  /** Events of the driver's own that were confirmed. */
  emitted: number;
  /** Times the consumer was bound. */
  bound: number;

  /** Reconciles going on. */
  running: number;
  /** Messages that wait for another event of their resource. */
  waiting: number;
  /** Runs whose logs and result are being stored. */
  settling: number;
  /** Reconciles that ignored their signal and still go on; their outcome is discarded. */
  abandoned: number;
}

/** A snapshot of a manager. */
export interface ManagerStats {
  /** The manager's state. */
  readonly state: string;
  /** What it is connected to, without user name and password; empty when it is not. */
  readonly server: string;
  /** The protocol generation, once it is known. */
  readonly protocol: "v1" | "v2" | undefined;
  /** What became of log lines, by the sink's name. */
  readonly sinks: Readonly<Record<string, Readonly<SinkStats>>>;
  /** By driver name. */
  readonly drivers: Readonly<Record<string, Readonly<DriverStats>>>;
}

/** Which counter a run's end counts in. */
export const END_COUNTERS: Readonly<Record<RunEnd, keyof DriverStats>> = {
  "succeeded": "succeeded",
  "failed": "failed",
  "retried": "retried",
  "dead-lettered": "deadLettered",
  "lease-lost": "leaseLost",
  "unconfirmed": "unconfirmed",
  "handed-back": "handedBack",
  "already-done": "alreadyDone",
};

/** Counters that all stand at zero. */
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
    timedOut: 0,
    republished: 0,
    emitted: 0,
    bound: 0,
    running: 0,
    waiting: 0,
    settling: 0,
    abandoned: 0,
  };
}
