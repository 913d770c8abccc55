/** What is known of one event at one driver. */

import type { OutcomeRecord } from "../../src/manager/session/outcome_record.ts";
import type { MemoryStream } from "../../src/transport/memory/broker/memory_stream.ts";
import type { EventPlan } from "../plan/plan.ts";
import type { Owner } from "../world/owner.ts";

/** One call of a reconcile. */
export interface Call {
  readonly owner: Owner;
  readonly startedAt: number;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly ackWaitMs: number;
  ended: "succeeded" | "failed" | "threw" | "retry-after" | "circular" | undefined;
  endedAt: number | undefined;
  delayMs: number;
  /** Why two leases on one run are no fault of the package's while it goes on. */
  excused: string | undefined;
}

/** What is known of one event at one driver. */
export interface RunRecord {
  readonly event: EventPlan;
  readonly driver: string;
  readonly runId: string;
  readonly messageId: string;
  readonly stream: MemoryStream;
  readonly sequence: number;
  readonly calls: Call[];
  /** When the results' stream took a result, or dropped it because it had it. */
  readonly stored: {
    readonly at: number;
    readonly duplicate: boolean;
    readonly client: string;
    readonly success: boolean;
  }[];
  /** Sequences under which the engine saw a result. */
  readonly seen: Set<string>;
  /** Whether its message was acknowledged or terminated. */
  settled: boolean;
  settledAt?: number;
  /** Results that never came to be stored, by the process that sent them. */
  readonly refused: { readonly at: number; readonly client: string; readonly silent: boolean }[];
  /** Processes that stored a record which says that the result is stored. */
  readonly recordedBy: { readonly at: number; readonly client: string }[];
  /** What the journal holds of it. */
  record?: OutcomeRecord | undefined;
  /** When the journal said for certain that its result is stored. */
  toldAt?: number;
  /** Why the journal cannot have known the outcome. */
  journalLost: string | undefined;
  /** Whether a broker has forgotten to whom it was delivered: it may be delivered to another process under a lease. */
  forgotten: boolean;
  /** What the bucket has held of its attempts, oldest first. */
  readonly counted: { readonly at: number; readonly client: string; readonly count: number }[];
  /** When it was delivered to a process last, by its name. */
  readonly deliveredAt: Map<string, number>;
  /** Dead letters that were stored. */
  deadLetters: number;
  /** The server has stored a result and did not say so. */
  unconfirmed: boolean;
  /** When a nak with a delay was taken. */
  lastNak: { readonly at: number } | undefined;
}

/** A run of which nothing is known yet but where its event is. */
export function newRunRecord(
  of: Pick<RunRecord, "event" | "driver" | "runId" | "messageId" | "stream" | "sequence">,
): RunRecord {
  return {
    ...of,
    calls: [],
    stored: [],
    seen: new Set(),
    settled: false,
    refused: [],
    recordedBy: [],
    journalLost: undefined,
    forgotten: false,
    counted: [],
    deliveredAt: new Map(),
    deadLetters: 0,
    unconfirmed: false,
    lastNak: undefined,
  };
}
