/** Stores the log entries of a stream. @module */

import { messageOf } from "../../errors.ts";
import { decodeText } from "../../encoding/json.ts";
import { type LogEntry, readLogEntry } from "../../protocol/logs/log_entry.ts";
import type { Delivery } from "../../transport/transport.ts";
import type { LogBarrier } from "./log_barrier.ts";

/** What the log writer needs. */
export interface LogWriterServices {
  /** Stores an entry. */
  readonly insertLog: (entry: LogEntry) => void;
  readonly barrier: LogBarrier;
  readonly onNotice: (notice: string) => void;
}

/** Handles a message of the `logs-engine` stream: stores the five fields of a log entry. */
export function storeLogEntry(services: LogWriterServices, delivery: Delivery): void {
  const { insertLog, barrier, onNotice } = services;
  const { subject, sequence } = delivery;
  if (barrier.isMark(subject)) {
    barrier.reached(subject);
    return delivery.ack();
  }
  try {
    insertLog(readLogEntry(JSON.parse(decodeText(delivery.data))));
    delivery.ack();
  } catch (thrown) {
    const reason = messageOf(thrown);
    onNotice(`cannot store log entry ${sequence} on ${subject}: ${reason}`);
    delivery.term(reason);
  }
}
