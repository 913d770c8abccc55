/** Stores the log entries of a stream. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { messageOf } from "../../errors.ts";
import { decodeText } from "../../protocol/json.ts";
import { readLogEntry } from "../../protocol/log_entry.ts";
import type { Delivery } from "../../transport/transport.ts";
import type { LogStore } from "../store/log_store.ts";
import type { LogBarrier } from "./log_barrier.ts";

/** What the log writer needs. */
export interface LogWriterServices {
  readonly logs: LogStore;
  readonly barrier: LogBarrier;
  /** How long to wait before an entry is stored, in milliseconds. */
  readonly logLagMs: number;
  /** Drops the entries that still wait. */
  readonly closing: AbortSignal;
  readonly onNotice: (notice: string) => void;
}

/** Handles a message of the `logs-engine` stream: stores the five fields of a log entry. */
export function storeLogEntry(services: LogWriterServices, delivery: Delivery): void {
  const { logs, barrier, logLagMs, closing, onNotice } = services;
  const { subject, sequence } = delivery;
  if (barrier.isMark(subject)) {
    barrier.reached(subject);
    return delivery.ack();
  }
  try {
    const entry = readLogEntry(JSON.parse(decodeText(delivery.data)));
    if (logLagMs === 0) logs.insert(entry);
    else void delayUnlessAborted(logLagMs, closing).then(() => logs.insert(entry));
    delivery.ack();
  } catch (thrown) {
    const reason = messageOf(thrown);
    onNotice(`cannot store log entry ${sequence} on ${subject}: ${reason}`);
    delivery.term(reason);
  }
}
