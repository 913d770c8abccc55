/** Stores the log entries of a stream. @module */

import { messageOf } from "../../errors.ts";
import { decodeText } from "../../protocol/json.ts";
import { readLogEntry } from "../../protocol/log_entry.ts";
import type { Delivery } from "../../transport/transport.ts";
import type { LogStore } from "../store/log_store.ts";

/** Handles a message of the `logs-engine` stream: stores the five fields of a log entry. */
export function storeLogEntry(
  logs: LogStore,
  delivery: Delivery,
  onNotice: (notice: string) => void,
): void {
  try {
    logs.insert(readLogEntry(JSON.parse(decodeText(delivery.data))));
    delivery.ack();
  } catch (thrown) {
    const reason = messageOf(thrown);
    onNotice(`cannot store log entry ${delivery.sequence} on ${delivery.subject}: ${reason}`);
    delivery.term(reason);
  }
}
