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
  /** When its event had been delivered to its process. */
  readonly deliveredAt: number;
}

/** A result that the results' stream took, or dropped because it had it. */
export interface StoredResult {
  readonly at: number;
  readonly sentAt: number;
  readonly duplicate: boolean;
  readonly client: string;
  /** The process, of those of the same name. */
  readonly owner: Owner | undefined;
  /** When the event had been delivered to the process. */
  readonly deliveredAt: number;
  readonly success: boolean;
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
  readonly stored: StoredResult[];
  /** Sequences under which the engine saw a result. */
  readonly seen: Set<string>;
  /** Whether its message was acknowledged or terminated. */
  settled: boolean;
  settledAt?: number;
  /** Results that the stream did not take, by the process that sent them. */
  readonly refused: { readonly at: number; readonly owner: Owner | undefined }[];
  /** When the journal took the first record of it. */
  firstRecordedAt?: number;
  /** When the journal took the first record that says that no confirmation came. */
  unconfirmedAt?: number;
  /** When the journal took a record that says that the result was sent. */
  recordedAt?: number;
  /** What the journal holds of it. */
  record?: OutcomeRecord | undefined;
  /** When the journal said for certain that its result is stored. */
  toldAt?: number;
  /** How many attempts the bucket knew of when processes read it, oldest first. */
  readonly counted: { readonly client: string; readonly count: number }[];
  /** When it was delivered to a process last, by its name. */
  readonly deliveredAt: Map<string, number>;
  /** The same, by name and delivery count. */
  readonly deliveries: Map<string, number>;
  /** How often it was delivered. A consumer that is created anew counts from one again. */
  timesDelivered: number;
  /** Dead letters that were stored. */
  deadLetters: number;
  /** For how long the processes that do not list its type have had it held back, in milliseconds. */
  handedBackMs: number;
  /** The last nak that the server took. */
  lastNak: { readonly at: number; readonly sentAt: number; readonly delayMs: number } | undefined;
}

/** A run of which nothing is known yet but where its event is. */
export function newRunRecord(
  { event, driver, runId, messageId, stream, sequence }: Pick<
    RunRecord,
    "event" | "driver" | "runId" | "messageId" | "stream" | "sequence"
  >,
): RunRecord {
  return {
    event,
    driver,
    runId,
    messageId,
    stream,
    sequence,
    calls: [],
    stored: [],
    seen: new Set(),
    settled: false,
    refused: [],
    counted: [],
    deliveredAt: new Map(),
    deliveries: new Map(),
    timesDelivered: 0,
    deadLetters: 0,
    handedBackMs: 0,
    lastNak: undefined,
  };
}

/** It is delivered to a process. */
export function noteDelivery(
  run: RunRecord,
  client: string,
  deliveryCount: number,
  at: number,
): void {
  run.deliveredAt.set(client, at);
  run.deliveries.set(`${client} ${deliveryCount}`, at);
  run.timesDelivered += 1;
}
